"""`/api/v1/…` of captions and recordings."""

from django.urls import path

from recordings.api import captions, recordings

urlpatterns = [
    path("spaces/<uuid:space_id>/captions/", captions.CaptionsView.as_view(), name="api-captions"),
    path(
        "spaces/<uuid:space_id>/captions/<int:line_id>/",
        captions.CaptionLineView.as_view(),
        name="api-caption-line",
    ),
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
