"""`/api/v1/…` of captions, recordings, replays and clips."""

from django.urls import path

from recordings.api import captions, clips, recordings, replays

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
    path("replays/", replays.ReplaysView.as_view(), name="api-replays"),
    path("spaces/<uuid:space_id>/replay/", replays.ReplayView.as_view(), name="api-replay"),
    path(
        "spaces/<uuid:space_id>/replay/downloads/",
        replays.ReplayDownloadsView.as_view(),
        name="api-replay-downloads",
    ),
    path(
        "spaces/<uuid:space_id>/replay/transcript/",
        replays.ReplayTranscriptView.as_view(),
        name="api-replay-transcript",
    ),
    path(
        "spaces/<uuid:space_id>/replay/moments/",
        replays.ReplayMomentsView.as_view(),
        name="api-replay-moments",
    ),
    path("spaces/<uuid:space_id>/replay/plays/", replays.ReplayPlaysView.as_view(), name="api-replay-plays"),
    path("spaces/<uuid:space_id>/clips/", clips.SpaceClipsView.as_view(), name="api-space-clips"),
    path("clips/<uuid:clip_id>/", clips.ClipView.as_view(), name="api-clip"),
    path("clips/<uuid:clip_id>/plays/", clips.ClipPlaysView.as_view(), name="api-clip-plays"),
    path("search/transcripts/", replays.SearchSaidView.as_view(), name="api-search-transcripts"),
]
