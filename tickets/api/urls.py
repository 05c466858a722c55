"""`/api/v1/…` of creators and their earnings."""

from django.urls import URLPattern, path

from tickets.api import creator, earnings

urlpatterns: list[URLPattern] = [
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
