"""Every read of notifications: the list, what is unseen, and what somebody wants to be told by which channel."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import BigIntegerField, Count, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import blocks_with
from social.models import Channel, ConversationSide, InboxSettings, Kind, Notification, NotificationPreference
from social.notification_kinds import KINDS
from spaces_project.lib.errors import NotFound


class InboxCounts(TypedDict):
    """Conversations with something unread, and notifications not seen yet."""

    messages: int
    notifications: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """By which channels somebody wants one kind; `in_app` of messages stays off, since they are conversations."""

    kind: str
    label: str
    in_app: bool
    email: bool
    push: bool

    @property
    def in_app_is_fixed(self) -> bool:
        """Whether `in_app` cannot be chosen."""
        return self.kind == Kind.MESSAGE

    def wants(self, channel: str) -> bool:
        """Whether they want it by that channel."""
        return {Channel.IN_APP: self.in_app, Channel.EMAIL: self.email, Channel.PUSH: self.push}[
            Channel(channel)
        ]


def notifications_of(user: User) -> QuerySet[Notification]:
    """What `user` was told in the app, the latest first, with `actor` and `user`; without people a block stands between."""
    found = Notification.objects.filter(user=user, in_app=True).select_related("actor", "user")
    found = found.filter(Q(actor__isnull=True) | Q(actor__is_active=True))
    return found.exclude(blocks_with(user, "actor_id")).order_by("-pk")


def notification_of(user: User, notification_id: int | str) -> Notification:
    """One of `user`'s own, with `actor` and `user`. Raises NotFound for any other."""
    number = int(notification_id)
    found = None
    # Beyond 64 bits PostgreSQL refuses even the question.
    if number < 2**63:
        found = (
            Notification.objects.filter(user=user, in_app=True, pk=number)
            .select_related("actor", "user")
            .first()
        )
    if found is None:
        raise NotFound(_("There is no such notification."))
    return found


def notifications_told(
    key: str, *, among: Collection[int], after: int = 0, upto: int | None = None
) -> list[Notification]:
    """What was told under `key` to `among` these people, whose keys are above `after` and at most `upto`. One query."""
    users = [user for user in among if user > after and (upto is None or user <= upto)]
    if not users:
        return []
    found = Notification.objects.filter(key=key, user_id__in=users, in_app=True)
    return list(found.select_related("actor", "user"))


def newest_notification(user: User) -> int:
    """Key of the newest that `user` was told in the app; 0 without one."""
    newest = Notification.objects.filter(user=user, in_app=True).aggregate(newest=Max("pk"))["newest"]
    return int(newest or 0)


def inbox_counts(user_ids: Collection[int]) -> dict[int, InboxCounts]:
    """What the badge of each of these people's inbox counts. One query, or none for nobody."""
    if not user_ids:
        return {}
    # Each counted by itself: a join of both would multiply them.
    seen = Subquery(InboxSettings.objects.filter(user=OuterRef("user_id")).values("seen_notification_id"))
    unseen = (
        Notification.objects.filter(user=OuterRef("pk"), in_app=True)
        .filter(pk__gt=Coalesce(seen, Value(0), output_field=BigIntegerField()))
        .order_by()
        .values("user")
        .annotate(number=Count("pk"))
        .values("number")
    )
    unread = (
        ConversationSide.objects.filter(user=OuterRef("pk"), unread_count__gt=0)
        .order_by()
        .values("user")
        .annotate(number=Count("pk"))
        .values("number")
    )
    people = User.objects.filter(pk__in=user_ids).annotate(
        unseen=Coalesce(Subquery(unseen), Value(0)), unread=Coalesce(Subquery(unread), Value(0))
    )
    return {
        key: {"messages": messages, "notifications": notifications}
        for key, messages, notifications in people.values_list("pk", F("unread"), F("unseen"))
    }


def wishes_of(user: User) -> dict[str, Wishes]:
    """What `user` wants, by kind, in the order of the kinds. One query."""
    chosen = {row.kind: row for row in NotificationPreference.objects.filter(user=user)}
    return {kind: _wishes(kind, chosen.get(kind)) for kind in Kind.values}


def wishes_for(user: User, kind: str) -> Wishes:
    """What `user` wants of one kind. One query."""
    return _wishes(kind, NotificationPreference.objects.filter(user=user, kind=kind).first())


def _wishes(kind: str, chosen: NotificationPreference | None) -> Wishes:
    wish = chosen or KINDS[kind]
    return Wishes(
        kind=kind, label=str(Kind(kind).label), in_app=wish.in_app, email=wish.email, push=wish.push
    )
