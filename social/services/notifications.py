"""Tell one person that something has happened; what they have seen and read of it; by which channels they want it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import PersonMute, User
from accounts.selectors import is_blocked_between
from social.models import (
    Channel,
    Delivery,
    InboxSettings,
    Kind,
    Notification,
    NotificationPreference,
    Post,
    PushSubscription,
)
from social.notification_kinds import EMAIL_WAIT, KINDS
from social.notification_words import notification_card
from social.selectors.notifications import Wishes, newest_notification, notification_of, wishes_for, wishes_of
from social.services.counts import tell_counts_on_commit
from social.services.deliveries import deliveries_wake_on_commit
from spaces_project.lib import broadcast
from spaces_project.lib.errors import Invalid
from spaces_project.lib.languages import written_for


def notify(
    *,
    user: User,
    kind: str,
    key: str,
    event: str = "",
    actor: User | None = None,
    space_id: UUID | None = None,
    post: Post | None = None,
    data: Mapping[str, Any] | None = None,
    now: datetime,
    expires_at: datetime | None = None,
) -> Notification | None:
    """Tell `user` something once: by the channels they chose for `kind`; live on their devices after commit.

    `key` says what it is about ("live:<space>", "follower:<id>"): what was told under it is not told again. `data` holds
    what the words need beside actor, Space and post ("title", "role", "at" …). Deliveries are dropped after `expires_at`.
    Returns None when it was told before, when one of the two blocks the other, when `user` has muted `actor` or is not
    active (or suspended: then of decisions alone), when both are the same, or when no channel is wanted. Call it inside the
    transaction of what has happened.
    """
    if user.is_suspended and kind != Kind.MODERATION:
        return None
    if not user.is_active or (actor is not None and not _may_hear_of(user, actor)):
        return None
    wishes = wishes_for(user, kind)
    channels = _channels(user, wishes)
    if not wishes.in_app and not channels:
        return None
    with transaction.atomic():
        try:
            with transaction.atomic():
                told = Notification.objects.create(
                    user=user,
                    kind=kind,
                    event=event,
                    key=key,
                    actor=actor,
                    space_id=space_id,
                    post=post,
                    data=dict(data or {}),
                    in_app=wishes.in_app,
                    created_at=now,
                )
        except IntegrityError:
            if Notification.objects.filter(user=user, key=key).exists():
                return None
            raise
        _deliver(told, channels, now=now, expires_at=expires_at)
        if told.in_app:
            with written_for(user):
                card = notification_card(told)
            frame = {"type": "notification.added", "data": {"notification": card}}
            broadcast.send_on_commit(broadcast.user_group(user.pk), frame)
            tell_counts_on_commit(user.pk)
    return told


def notification_withdraw(*, user: User, key: str) -> bool:
    """Take back what was told under `key`, with what has not been sent of it. Returns whether there was something."""
    with transaction.atomic():
        deleted, _ = Notification.objects.filter(user=user, key=key).delete()
        if deleted:
            tell_counts_on_commit(user.pk)
    return bool(deleted)


def notifications_withdraw(told: Mapping[int, str]) -> None:
    """As `notification_withdraw`, for many people, each with a key of their own: {user's key: key}."""
    with transaction.atomic():
        found = Notification.objects.filter(user_id__in=told.keys(), key__in=set(told.values()))
        if found.delete()[0]:
            tell_counts_on_commit(*told)


def notifications_seen(*, user: User) -> None:
    """`user` has their notifications on screen: the count is 0 on all their devices. Done twice it is done once."""
    newest = newest_notification(user)
    with transaction.atomic():
        inbox, _ = InboxSettings.objects.get_or_create(user=user)
        # Never back, when an older page comes in later.
        older = InboxSettings.objects.filter(pk=inbox.pk, seen_notification_id__lt=newest)
        if older.update(seen_notification_id=newest):
            broadcast.send_on_commit(
                broadcast.user_group(user.pk), {"type": "notifications.seen", "data": {}}
            )
            tell_counts_on_commit(user.pk)


def notification_read(*, user: User, notification_id: int | str, now: datetime) -> Notification:
    """`user` has opened one of their notifications; what was not sent of it is not sent. Raises NotFound."""
    notification = notification_of(user, notification_id)
    if notification.read_at is None:
        notification.read_at = now
        notification.save(update_fields=["read_at"])
    return notification


def preferences_update(*, user: User, changes: Mapping[str, Mapping[str, bool]]) -> dict[str, Wishes]:
    """Choose channels: `changes` is {kind: {channel: wanted}}; what it does not name stays. Returns all wishes, by kind.

    Raises Invalid for a kind or channel that does not exist, and for `in_app` of messages, which cannot be chosen.
    """
    for kind, channels in changes.items():
        if kind not in Kind.values:
            raise Invalid(fields={"kind": [gettext("There is no such kind of notification.")]})
        if set(channels) - set(Channel.values):
            raise Invalid(fields={"channel": [gettext("There is no such channel.")]})
    with transaction.atomic():
        # One after the other: two changes of one kind at once both hold.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        wishes = wishes_of(user)
        for kind, channels in changes.items():
            now_wanted = {channel: wishes[kind].wants(channel) for channel in Channel.values}
            if wishes[kind].in_app_is_fixed and channels.get(Channel.IN_APP, False):
                raise Invalid(fields={"in_app": [gettext("Messages are shown as conversations.")]})
            if now_wanted | dict(channels) != now_wanted:
                NotificationPreference.objects.update_or_create(
                    user=user, kind=kind, defaults=now_wanted | dict(channels)
                )
    return wishes_of(user)


def email_due_at(user: User, kind: str, *, now: datetime) -> datetime:
    """When the e-mail of a notification goes out: at once when it is urgent; else after a first wait, and not before
    `SPACES_EMAIL_DIGEST_MINUTES` after the last one. What waits for one person goes out in one e-mail."""
    if KINDS[kind].urgent:
        return now
    due = now + EMAIL_WAIT
    emailed_at = InboxSettings.objects.filter(user=user).values_list("emailed_at", flat=True).first()
    if emailed_at is not None:
        due = max(due, emailed_at + timedelta(minutes=settings.SPACES_EMAIL_DIGEST_MINUTES))
    return due


def _may_hear_of(user: User, actor: User) -> bool:
    if user.pk == actor.pk or is_blocked_between(user, actor):
        return False
    return not PersonMute.objects.filter(owner=user, person=actor).exists()


def _channels(user: User, wishes: Wishes) -> list[str]:
    """What it is sent by: what they want, and have a way for."""
    channels: list[str] = []
    if wishes.email and user.email:
        channels.append(Channel.EMAIL)
    if wishes.push and PushSubscription.objects.filter(user=user).exists():
        channels.append(Channel.PUSH)
    return channels


def _deliver(told: Notification, channels: list[str], *, now: datetime, expires_at: datetime | None) -> None:
    due = {
        channel: email_due_at(told.user, told.kind, now=now) if channel == Channel.EMAIL else now
        for channel in channels
    }
    Delivery.objects.bulk_create(
        Delivery(notification=told, user=told.user, channel=channel, due_at=due_at, expires_at=expires_at)
        for channel, due_at in due.items()
    )
    if any(due_at <= now for due_at in due.values()):
        deliveries_wake_on_commit()
