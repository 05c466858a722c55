"""Posts, conversations, notifications. A Space is named by its id alone: `rooms` is above this app."""

from social.models.inbox import Conversation, ConversationSide, DirectMessage, InboxSettings
from social.models.notifications import (
    AppDevice,
    Channel,
    Delivery,
    Fanout,
    Kind,
    Notification,
    NotificationPreference,
    PushSubscription,
)
from social.models.posts import Post, PostLike

__all__ = [
    "AppDevice",
    "Channel",
    "Conversation",
    "ConversationSide",
    "Delivery",
    "DirectMessage",
    "Fanout",
    "InboxSettings",
    "Kind",
    "Notification",
    "NotificationPreference",
    "Post",
    "PostLike",
    "PushSubscription",
]
