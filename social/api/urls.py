"""`/api/v1/…` of posts, inbox and notifications."""

from django.urls import URLPattern, path

from social.api import app_devices, direct, notifications, posts, push

urlpatterns: list[URLPattern] = [
    path("app-devices/", app_devices.AppDevicesView.as_view(), name="api-app-devices"),
    path("app-devices/<int:device_id>/", app_devices.AppDeviceView.as_view(), name="api-app-device"),
    path("timeline/", posts.TimelineView.as_view(), name="api-timeline"),
    path("posts/", posts.PostsView.as_view(), name="api-posts"),
    path("posts/<int:post_id>/", posts.PostView.as_view(), name="api-post"),
    path("posts/<int:post_id>/like/", posts.PostLikeView.as_view(), name="api-post-like"),
    path("posts/<int:post_id>/replies/", posts.PostRepliesView.as_view(), name="api-post-replies"),
    path("users/<str:handle>/posts/", posts.UserPostsView.as_view(), name="api-user-posts"),
    path("conversations/", direct.ConversationsView.as_view(), name="api-conversations"),
    path("conversations/<int:conversation_id>/", direct.ConversationView.as_view(), name="api-conversation"),
    path(
        "conversations/<int:conversation_id>/messages/",
        direct.ConversationMessagesView.as_view(),
        name="api-conversation-messages",
    ),
    path(
        "conversations/<int:conversation_id>/messages/<int:message_id>/",
        direct.ConversationMessageView.as_view(),
        name="api-conversation-message",
    ),
    path(
        "conversations/<int:conversation_id>/read/",
        direct.ConversationReadView.as_view(),
        name="api-conversation-read",
    ),
    path("users/<str:handle>/messages/", direct.UserMessagesView.as_view(), name="api-user-messages"),
    path("me/inbox-settings/", direct.MyInboxSettingsView.as_view(), name="api-me-inbox-settings"),
    path("notifications/", notifications.NotificationsView.as_view(), name="api-notifications"),
    path("notifications/seen/", notifications.NotificationsSeenView.as_view(), name="api-notifications-seen"),
    path(
        "notifications/preferences/",
        notifications.NotificationPreferencesView.as_view(),
        name="api-notifications-preferences",
    ),
    path(
        "notifications/<int:notification_id>/read/",
        notifications.NotificationReadView.as_view(),
        name="api-notification-read",
    ),
    path("push-subscriptions/", push.PushSubscriptionsView.as_view(), name="api-push-subscriptions"),
    path("push-subscriptions/key/", push.PushKeyView.as_view(), name="api-push-key"),
    path(
        "push-subscriptions/<int:subscription_id>/",
        push.PushSubscriptionView.as_view(),
        name="api-push-subscription",
    ),
]
