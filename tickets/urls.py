"""Addresses of the pages of tickets and tips."""

from django.urls import URLPattern, path

from tickets.views import buying, fees, mine, tips

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
]
