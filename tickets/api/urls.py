"""`/api/v1/…` of tickets and tips."""

from django.urls import URLPattern, path

from tickets.api import offers, orders, tips

urlpatterns: list[URLPattern] = [
    path("spaces/<uuid:space_id>/offer/", offers.OfferView.as_view(), name="api-offer"),
    path("spaces/<uuid:space_id>/offer/close/", offers.OfferCloseView.as_view(), name="api-offer-close"),
    path("spaces/<uuid:space_id>/orders/", offers.SpaceOrdersView.as_view(), name="api-space-orders"),
    path("spaces/<uuid:space_id>/waitlist/", offers.WaitlistView.as_view(), name="api-waitlist"),
    path("spaces/<uuid:space_id>/tips/", tips.SpaceTipsView.as_view(), name="api-space-tips"),
    path("ticket-fees/", offers.TicketFeesView.as_view(), name="api-ticket-fees"),
    path("orders/", orders.OrdersView.as_view(), name="api-orders"),
    path("orders/<uuid:order_id>/", orders.OrderView.as_view(), name="api-order"),
    path("tickets/", orders.TicketsView.as_view(), name="api-tickets"),
    path(
        "tickets/<int:ticket_id>/transfer/", orders.TicketTransferView.as_view(), name="api-ticket-transfer"
    ),
    path("users/<str:handle>/tips/", tips.UserTipsView.as_view(), name="api-user-tips"),
    path("tips/", tips.TipsView.as_view(), name="api-tips"),
    path("tips/<uuid:tip_id>/", tips.TipView.as_view(), name="api-tip"),
]
