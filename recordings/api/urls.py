"""`/api/v1/…` of replays and clips."""

from django.urls import path

from recordings.api import clips, replays

urlpatterns = [
    path("replays/", replays.ReplaysView.as_view(), name="api-replays"),
    path("spaces/<uuid:space_id>/replay/", replays.ReplayView.as_view(), name="api-replay"),
    path("spaces/<uuid:space_id>/replay/mine/", replays.ReplayOwnView.as_view(), name="api-replay-mine"),
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
