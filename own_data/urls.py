"""Pages of one's own data."""

from django.urls import URLPattern, path

from own_data.views import own_data

urlpatterns: list[URLPattern] = [
    path("settings/data/", own_data.overview, name="own-data"),
    path("settings/data/export/", own_data.export_start, name="export-start"),
    path("settings/data/export/<str:token>/", own_data.export_file, name="export-file"),
    path("settings/data/delete/", own_data.delete, name="account-delete"),
    path("account/keep/<str:token>/", own_data.keep, name="account-keep"),
]
