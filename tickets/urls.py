"""Addresses of the pages of creators and their earnings."""

from django.urls import URLPattern, path

from tickets.views import creator, earnings

urlpatterns: list[URLPattern] = [
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
