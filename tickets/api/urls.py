"""`/api/v1/…` of tickets and tips, of creators and their earnings."""

from django.urls import URLPattern, path

from tickets.api import creator, earnings, offers, orders, tips

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
    path("creator/", creator.CreatorView.as_view(), name="api-creator"),
    path("creator/application/", creator.CreatorApplicationView.as_view(), name="api-creator-application"),
    path("creator/onboarding/", creator.CreatorOnboardingView.as_view(), name="api-creator-onboarding"),
    path("creator/onboarding/done/", creator.CreatorOnboardedView.as_view(), name="api-creator-onboarded"),
    path("creator/account-page/", creator.CreatorAccountPageView.as_view(), name="api-creator-account-page"),
    path("earnings/", earnings.EarningsView.as_view(), name="api-earnings"),
    path("earnings/spaces/", earnings.EarningsSpacesView.as_view(), name="api-earnings-spaces"),
    path("earnings/sales/", earnings.SalesView.as_view(), name="api-sales"),
    path("earnings/sales/<uuid:order_id>/", earnings.SaleView.as_view(), name="api-sale"),
    path(
        "earnings/sales/<uuid:order_id>/refunds/", earnings.SaleRefundsView.as_view(), name="api-sale-refunds"
    ),
    path("earnings/tips/", earnings.EarningsTipsView.as_view(), name="api-earnings-tips"),
    path("earnings/payouts/", earnings.PayoutsView.as_view(), name="api-payouts"),
    path("earnings/lines/", earnings.LinesView.as_view(), name="api-earnings-lines"),
]
