"""`/api/v1/…` of posts, inbox and notifications."""

from django.urls import URLPattern, path

from social.api import direct, push

urlpatterns: list[URLPattern] = [
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
    path("push-subscriptions/", push.PushSubscriptionsView.as_view(), name="api-push-subscriptions"),
    path("push-subscriptions/key/", push.PushKeyView.as_view(), name="api-push-key"),
    path(
        "push-subscriptions/<int:subscription_id>/",
        push.PushSubscriptionView.as_view(),
        name="api-push-subscription",
    ),
]
