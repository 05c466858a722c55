"""Addresses of the pages of buyers and givers, of creators and their earnings."""

from django.urls import URLPattern, path

from tickets.views import buying, creator, earnings, fees, mine, tips

urlpatterns: list[URLPattern] = [
    path("tickets/", mine.my_tickets, name="my-tickets"),
    path("tickets/<int:ticket_id>/transfer/", mine.transfer, name="ticket-transfer"),
    path("tickets/fees/", fees.fees, name="ticket-fees"),
    path("tickets/orders/<uuid:order_id>/", buying.order_page, name="order"),
    path("tickets/orders/<uuid:order_id>/pay/", buying.order_pay, name="order-pay"),
    path("tickets/orders/<uuid:order_id>/give-back/", buying.order_give_back, name="order-give-back"),
    path("spaces/<str:space_id>/buy/", buying.buy, name="ticket-buy"),
    path("spaces/<str:space_id>/wait/", buying.wait, name="ticket-wait"),
    path("spaces/<str:space_id>/wait/leave/", buying.wait_no_more, name="ticket-wait-leave"),
    path("@<str:handle>/tip/", tips.tip, name="tip"),
    path("@<str:handle>/tip/price/", tips.tip_price_part, name="tip-price"),
    path("tips/<uuid:tip_id>/", tips.tip_page, name="tip-given"),
    path("creator/", creator.creator, name="creator"),
    path("creator/apply/", creator.apply, name="creator-apply"),
    path("creator/apply/withdraw/", creator.apply_no_more, name="creator-apply-withdraw"),
    path("creator/payouts/", creator.payouts_start, name="creator-payouts"),
    path("earnings/setup/again/", creator.payouts_again, name="creator-payouts-again"),
    path("earnings/setup/done/", creator.payouts_return, name="creator-payouts-return"),
    path("creator/payouts/account/", creator.payouts_account, name="creator-payouts-account"),
    path("creator/tips/", creator.tips, name="creator-tips"),
    path("creator/currency/", creator.currency, name="creator-currency"),
    path("earnings/", earnings.overview, name="earnings"),
    path("earnings/spaces/", earnings.spaces, name="earnings-spaces"),
    path("earnings/spaces/<uuid:space_id>/", earnings.space_sales, name="earnings-space"),
    path("earnings/sales/", earnings.sales, name="earnings-sales"),
    path("earnings/sales/<uuid:order_id>/", earnings.sale, name="sale"),
    path("earnings/sales/<uuid:order_id>/refund/", earnings.sale_refund, name="sale-refund"),
    path("earnings/tips/", earnings.tips, name="earnings-tips"),
    path("earnings/payouts/", earnings.payouts, name="earnings-payouts"),
    path("earnings/export.csv", earnings.export, name="earnings-export"),
]
