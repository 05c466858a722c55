"""Addresses of insights under /api/v1/."""

from django.urls import path

from insights.api import hosting, product, reports

urlpatterns = [
    path("bubbles/seen/", reports.BubblesSeenView.as_view(), name="api-bubbles-seen"),
    path(
        "spaces/<uuid:space_id>/join-report/",
        reports.JoinReportView.as_view(),
        name="api-space-join-report",
    ),
    path("spaces/<uuid:space_id>/insights/", hosting.SpaceInsightsView.as_view(), name="api-space-insights"),
    path("insights/", hosting.HostInsightsView.as_view(), name="api-insights"),
    path("insights/spaces/", hosting.InsightsSpacesView.as_view(), name="api-insights-spaces"),
    path("staff/insights/", product.ProductInsightsView.as_view(), name="api-staff-insights"),
]
