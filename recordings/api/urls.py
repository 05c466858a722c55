"""`/api/v1/…` of recordings."""

from django.urls import path

from recordings.api import recordings

urlpatterns = [
    path("spaces/<uuid:space_id>/recording/", recordings.RecordingView.as_view(), name="api-recording"),
    path(
        "spaces/<uuid:space_id>/recording/start/",
        recordings.RecordingStartView.as_view(),
        name="api-recording-start",
    ),
    path(
        "spaces/<uuid:space_id>/recording/stop/",
        recordings.RecordingStopView.as_view(),
        name="api-recording-stop",
    ),
    path(
        "spaces/<uuid:space_id>/recording/consent/",
        recordings.RecordingConsentView.as_view(),
        name="api-recording-consent",
    ),
    path(
        "spaces/<uuid:space_id>/recording/retry/",
        recordings.RecordingRetryView.as_view(),
        name="api-recording-retry",
    ),
    path(
        "spaces/<uuid:space_id>/recording/parts/mine/",
        recordings.MyPartView.as_view(),
        name="api-recording-my-part",
    ),
]
