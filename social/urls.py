"""Addresses of the pages of posts, inbox and notifications."""

from django.urls import URLPattern, path

from social.views import inbox, notifications, posts, privacy, push, unsubscribe

urlpatterns: list[URLPattern] = [
    path(
        "settings/notifications/devices/<int:subscription_id>/remove/",
        push.device_remove,
        name="push-device-remove",
    ),
    path("settings/apps/<int:device_id>/remove/", push.app_device_remove_view, name="app-device-remove"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    # Any text: what is no id is a post that does not exist, and told so in words.
    path("posts/<str:post_id>/", posts.post_detail, name="post"),
    path("posts/<str:post_id>/like/", posts.like, name="post-like"),
    path("posts/<str:post_id>/unlike/", posts.unlike, name="post-unlike"),
    path("posts/<str:post_id>/delete/", posts.delete, name="post-delete"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/notifications/", notifications.notifications, name="notifications"),
    path(
        "inbox/notifications/<int:notification_id>/",
        notifications.notification_open,
        name="notification-open",
    ),
    path("settings/notifications/", notifications.settings_notifications, name="settings-notifications"),
    path("@<str:handle>/message/", inbox.message_person, name="message-person"),
    path("inbox/<int:conversation_id>/", inbox.conversation, name="conversation"),
    path(
        "inbox/<int:conversation_id>/<int:message_id>/delete/",
        inbox.message_delete,
        name="direct-message-delete",
    ),
    path("settings/privacy/", privacy.privacy, name="settings-privacy"),
]
