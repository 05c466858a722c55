"""Addresses of the pages of reports and of what was decided."""

from django.urls import URLPattern, path

from moderation.views import appeals, reports

urlpatterns: list[URLPattern] = [
    path("report/", reports.report, name="report"),
    path("report/<int:report_id>/", reports.report_done, name="report-done"),
    path("appeals/<str:token>/", appeals.appeal, name="appeal"),
    path("settings/safety/", reports.safety, name="settings-safety"),
]
