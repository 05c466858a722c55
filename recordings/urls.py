"""Addresses of replays, clips and podcasts: pages and files."""

from django.urls import URLPattern, path

from recordings.views import clips, files, parts, podcasts, replays

urlpatterns: list[URLPattern] = [
    path("spaces/<str:space_id>/replay/edit/", replays.replay_edit_view, name="replay-edit"),
    path("spaces/<str:space_id>/replay/keep/", replays.replay_keep_view, name="replay-keep"),
    path("spaces/<str:space_id>/replay/delete/", replays.replay_delete_view, name="replay-delete"),
    path("spaces/<str:space_id>/replay/downloads/", replays.replay_downloads, name="replay-downloads"),
    path("spaces/<str:space_id>/clips/new/", clips.clip_new, name="clip-new"),
    path("clips/<str:clip_id>/", clips.clip_detail, name="clip"),
    path("clips/<str:clip_id>/delete/", clips.clip_delete_view, name="clip-delete"),
    # Files, without the slash of pages.
    path("recordings/<str:token>", files.recording_file, name="recording-file"),
    path("spaces/<str:space_id>/replay.mp3", files.replay_audio, name="replay-audio"),
    path("spaces/<str:space_id>/chapters.json", podcasts.replay_chapters, name="replay-chapters"),
    path("spaces/<str:space_id>/transcript.<str:extension>", files.transcript_file, name="replay-transcript"),
    path("clips/<str:clip_id>/clip.<str:extension>", clips.clip_file, name="clip-file"),
    path("@<str:handle>/podcast.xml", podcasts.podcast, name="podcast"),
    path("@<str:handle>/podcast.jpg", podcasts.podcast_artwork, name="podcast-artwork"),
    path(
        "spaces/<str:space_id>/recording/remove-part/",
        parts.recording_part_remove,
        name="recording-part-remove",
    ),
    path("spaces/<str:space_id>/recording/retry/", parts.recording_retry, name="recording-retry"),
]
