"""Pages of insights."""

from django.urls import URLPattern, path

from insights.views import hosting

urlpatterns: list[URLPattern] = [
    path("insights/", hosting.my_insights, name="insights"),
    path("spaces/<uuid:space_id>/insights/", hosting.space_insights, name="space-insights"),
]
