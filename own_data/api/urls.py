"""`/api/v1/…` of one's own data."""

from django.urls import path

from own_data.api import deletion, exports

urlpatterns = [
    path("me/exports/", exports.ExportsView.as_view(), name="api-me-exports"),
    path("me/exports/<int:export_id>/", exports.ExportView.as_view(), name="api-me-export"),
    path("me/exports/<int:export_id>/file/", exports.ExportFileView.as_view(), name="api-me-export-file"),
    path("me/deletion/", deletion.MyDeletionView.as_view(), name="api-me-deletion"),
    path("account-keeps/", deletion.AccountKeepsView.as_view(), name="api-account-keeps"),
]
