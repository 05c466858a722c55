"""Addresses of the pages that are our own; allauth's are under /accounts/."""

from django.urls import URLPattern, path, re_path

from accounts.views import block_lists, blocks, follows, pictures, sessions, settings

urlpatterns: list[URLPattern] = [
    path("@<str:handle>/follow/", follows.follow, name="follow"),
    path("@<str:handle>/unfollow/", follows.unfollow, name="unfollow"),
    path("@<str:handle>/block/", blocks.block, name="block"),
    path("@<str:handle>/unblock/", blocks.unblock, name="unblock"),
    path("@<str:handle>/mute/", blocks.mute, name="mute"),
    path("@<str:handle>/unmute/", blocks.unmute, name="unmute"),
    path("settings/", settings.overview, name="settings"),
    path("settings/profile/", settings.profile, name="settings-profile"),
    path("settings/picture/", settings.picture, name="settings-picture"),
    path("settings/sessions/<int:session_id>/end/", sessions.end, name="session-end"),
    # Nothing but names that we made.
    re_path(r"^media/pictures/(?P<name>[0-9a-f]{32})\.webp$", pictures.picture, name="picture"),
    path("settings/privacy/blocked.csv", block_lists.blocks_export, name="blocks-export"),
    path("settings/privacy/muted.csv", block_lists.mutes_export, name="mutes-export"),
    path("settings/privacy/import/", block_lists.blocks_import_page, name="blocks-import"),
    path("settings/theme/", settings.theme, name="theme"),
    path("settings/language/", settings.language, name="language"),
]
