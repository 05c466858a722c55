"""`/api/v1/…` of reports and of what was decided."""

from django.urls import URLPattern, path

from moderation.api import appeals, reports

urlpatterns: list[URLPattern] = [
    path("reports/", reports.ReportsView.as_view(), name="api-reports"),
    path("appeals/", appeals.AppealsView.as_view(), name="api-appeals"),
]
