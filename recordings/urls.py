"""Addresses of recordings: pages and files."""

from django.urls import URLPattern, path

from recordings.views import parts

urlpatterns: list[URLPattern] = [
    path(
        "spaces/<str:space_id>/recording/remove-part/",
        parts.recording_part_remove,
        name="recording-part-remove",
    ),
    path("spaces/<str:space_id>/recording/retry/", parts.recording_retry, name="recording-retry"),
]
