"""Direct messages, one to one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InboxSettings(models.Model):
    """Who may write to somebody, and how far they have seen their notifications. Without a row: the defaults."""

    class WhoMayWrite(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        FOLLOWING = "following", _("People I follow")
        NOBODY = "nobody", _("Nobody")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="inbox_settings"
    )
    who_may_write = models.CharField(max_length=10, choices=WhoMayWrite, default=WhoMayWrite.EVERYONE)
    # The newest notification they have had on screen: those with a higher key are the number on the bell.
    seen_notification_id = models.BigIntegerField(default=0, editable=False)
    # When the last e-mail of notifications went out: the next waits for the digest's interval.
    emailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"Inbox of {self.user_id}"


class Conversation(models.Model):
    """What two people write to each other; there is one for each pair, and `low` has the lower key."""

    low = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    high = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["low", "high"], name="conversation_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="conversation_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}"


class ConversationSide(models.Model):
    """One person's side of a conversation: what their list is read from, without a look at the messages."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sides")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversation_sides"
    )
    other = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Key and words of the newest message; 0 before the first.
    last_message_id = models.BigIntegerField(default=0, editable=False)
    last_message_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_text = models.CharField(max_length=100, blank=True, editable=False)
    last_is_mine = models.BooleanField(default=False, editable=False)
    # The newest message they have had on screen; what the other wrote after it is unread.
    read_message_id = models.BigIntegerField(default=0, editable=False)
    unread_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["conversation", "user"], name="conversation_side_once"),
        )
        indexes = (
            models.Index(fields=["user", "-last_message_id"], name="conversation_newest"),
            models.Index(fields=["user"], condition=Q(unread_count__gt=0), name="conversation_unread"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} with {self.other_id}"


class DirectMessage(models.Model):
    """A message. `space_id` is a Space it links to. A deleted one keeps its row (evidence), and is in no answer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=settings.SPACES_DIRECT_MESSAGE_MAX_LENGTH, blank=True)
    space_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text="") | Q(space_id__isnull=False), name="direct_message_says_something"
            ),
        )
        indexes = (
            models.Index(
                fields=["conversation", "-id"],
                condition=Q(deleted_at__isnull=True),
                name="direct_message_shown",
            ),
        )

    def __str__(self) -> str:
        return f"{self.author_id} in {self.conversation_id}"
