"""Spaces, who is in them, and what a room looks like."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.module_loading import import_string
from django.utils.translation import ngettext

from accounts.models import Block, Follow, User
from accounts.selectors import blocks_with, person_card
from rooms import presence
from rooms.errors import BlockedOnStage, Removed, SpaceNotFound
from rooms.models import STAGE_ROLES, Participation, Role, Space, SpaceQuerySet, Topic
from rooms.selectors.stage import me_card, moderation_of, pins_of
from rooms.selectors.tickets import ticket_card
from spaces_project.lib.text import clean_line

Viewer = User | AnonymousUser

BUBBLE_FACES = 3
BUBBLES_MAX = 50

_STAGE_ORDER = Case(
    When(role=Role.HOST, then=Value(0)),
    When(role=Role.COHOST, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def space_for_viewer(*, user: Viewer, space_id: UUID | str) -> Space:
    """The Space, whatever its state. Raises SpaceNotFound when there is none, or when `user` may not see it: a block between
    them and the host, or a host whose account is closed. One query."""
    try:
        key = space_id if isinstance(space_id, UUID) else UUID(str(space_id))
    except ValueError:
        raise SpaceNotFound() from None
    space = _not_kept_from(user, Space.objects.for_cards().filter(pk=key, host__is_active=True)).first()
    if space is None:
        raise SpaceNotFound()
    return space


def _not_kept_from(viewer: Viewer, found: SpaceQuerySet) -> SpaceQuerySet:
    """Without Spaces whose host blocks `viewer`, or is blocked by them; in the same query."""
    return found.exclude(blocks_with(viewer, "host_id")) if isinstance(viewer, User) else found


def spaces(*, state: str = "", host: User | None = None) -> SpaceQuerySet:
    """Spaces with all a row shows, newest first; both filters may be left out."""
    found = Space.objects.for_cards().order_by("-pk")
    if state:
        found = found.filter(state=state)
    return found.filter(host=host) if host else found


def live_spaces(user: Viewer) -> SpaceQuerySet:
    """Live Spaces: first those with somebody on stage whom `user` follows, then the newest."""
    live = Space.objects.live().for_cards()
    if not isinstance(user, User):
        return live.order_by("-started_at")
    return (
        _not_kept_from(user, live)
        .annotate(followed=stage_followed_by(user))
        .order_by("-followed", "-started_at")
    )


def stage_followed_by(user: User) -> Exists:
    """Whether somebody on the Space's stage is followed by `user`."""
    on_stage = Participation.objects.filter(
        space=OuterRef("pk"), role__in=STAGE_ROLES, removed_at__isnull=True, user__follower_set__follower=user
    )
    return Exists(on_stage)


def past_spaces(host: User) -> SpaceQuerySet:
    """The host's ended Spaces, the latest first."""
    return Space.objects.for_cards().filter(host=host, state=Space.State.ENDED).order_by("-ended_at")


def live_space_of(user_ids: Iterable[int], *, viewer: Viewer) -> dict[int, UUID]:
    """For each of these people who is on a live stage that `viewer` may see: the Space (what draws the purple ring).
    One query."""
    on_stage = Participation.objects.filter(
        user_id__in=list(user_ids),
        role__in=STAGE_ROLES,
        removed_at__isnull=True,
        space__state=Space.State.LIVE,
    )
    if isinstance(viewer, User):
        on_stage = on_stage.exclude(blocks_with(viewer, "space__host_id"))
    return dict(on_stage.values_list("user_id", "space_id"))


def blocked_on_stage(space_ids: Collection[UUID], *, viewer: Viewer) -> dict[UUID, list[str]]:
    """Names of those on the stage of each of these Spaces whom `viewer` blocks (not of those who block them: nobody is told
    that), by Space; Spaces without any are left out. One query, or none for guests and for no Spaces."""
    if not space_ids or not isinstance(viewer, User):
        return {}
    blocked = Block.objects.filter(owner=viewer, person=OuterRef("user_id"))
    on_stage = Participation.objects.filter(
        Exists(blocked), space__in=space_ids, role__in=STAGE_ROLES, removed_at__isnull=True
    )
    found: dict[UUID, list[str]] = {}
    for one in on_stage.select_related("user").order_by(_STAGE_ORDER, "role_since", "pk"):
        found.setdefault(one.space_id, []).append(one.user.display_name)
    return found


def require_nobody_blocked_on_stage(space: Space, user: User) -> None:
    """Raise BlockedOnStage, in words that name them, where somebody whom `user` blocks is on stage."""
    if names := blocked_on_stage([space.pk], viewer=user).get(space.pk):
        words = ngettext(
            "{name}, whom you blocked, is on stage.", "{n} people you blocked are on stage.", len(names)
        )
        raise BlockedOnStage(words.format(name=names[0], n=len(names)))


def room_for_viewer(*, user: Viewer, space_id: UUID | str) -> Space:
    """As `space_for_viewer`, to see or do something inside. Raises Removed, too."""
    space = space_for_viewer(user=user, space_id=space_id)
    participation = participation_of(space=space, user=user)
    if participation and participation.removed_at:
        raise Removed()
    return space


def participation_of(*, space: Space, user: Viewer) -> Participation | None:
    """What `user` is in `space`, if they ever were in it."""
    if not user.is_authenticated:
        return None
    return Participation.objects.filter(space=space, user_id=user.pk).first()


def stage_of(space: Space) -> QuerySet[Participation]:
    """Those on stage with their users: host first, then co-hosts, then speakers, each by when they became that.

    A client that puts whoever has a new role last of it keeps the same order.
    """
    return (
        Participation.objects.filter(space=space, role__in=STAGE_ROLES, removed_at__isnull=True)
        .select_related("user")
        .order_by(_STAGE_ORDER, "role_since", "pk")
    )


def listeners_of(space: Space, *, viewer: Viewer, query: str = "") -> QuerySet[Participation]:
    """Listeners who are in the room now, with their users; each has `is_following`: whether `viewer` follows them.

    `query` leaves those whose handle or name begins with it, whatever its case. That walks the listeners of this one
    Space (index `participation_present`), never all users. A block between two of them keeps each from the other's list; host
    and co-hosts see everybody, or a block would keep them from doing their work.
    """
    query = clean_line(query).removeprefix("@")
    found = Participation.objects.filter(space=space, role=Role.LISTENER, left_at__isnull=True)
    if query:
        found = found.filter(Q(user__handle__istartswith=query) | Q(user__name__istartswith=query))
    if isinstance(viewer, User):
        moderating = Participation.objects.filter(
            space=space, user=viewer, role__in=(Role.HOST, Role.COHOST), removed_at__isnull=True
        )
        found = found.filter(Exists(moderating) | ~blocks_with(viewer, "user_id"))
    follows = Follow.objects.filter(follower_id=viewer.pk, followee_id=OuterRef("user_id"))
    return found.annotate(is_following=Exists(follows)).select_related("user")


def stage_person(participation: Participation) -> dict[str, Any]:
    """A person on stage, as frames and the API show them."""
    return person_card(participation.user) | {
        "role": participation.role,
        "muted": participation.muted,
        "present": participation.is_present,
    }


def space_card(space: Space) -> dict[str, Any]:
    """The Space's own fields, as in a snapshot (docs/protocol.md)."""
    absent_until = None
    if space.is_live and space.host_absent_since:
        absent_until = space.host_absent_since + timedelta(seconds=settings.SPACES_HOST_GRACE_SECONDS)
    return edited_card(space) | {
        "id": str(space.pk),
        "state": space.state,
        "host": person_card(space.host),
        "scheduled_at": space.scheduled_at,
        "time_zone": space.time_zone,
        "series": str(space.series_id) if space.series_id else None,
        "started_at": space.started_at,
        "ended_at": space.ended_at,
        "end_reason": space.end_reason,
        "host_absent_until": absent_until,
        "ticket": ticket_card(space),
    }


def edited_card(space: Space) -> dict[str, Any]:
    """What host and co-hosts may change of a Space."""
    return {
        "title": space.title,
        "topics": [topic_card(topic) for topic in space.topics.all()],
        "description": space.description,
        "language": space.language,
        "recording_wanted": space.recording_wanted,
        "captions_wanted": space.captions_wanted,
        "captions_masked": space.captions_masked,
        "clips_allowed": space.clips_allowed,
        "rules": space.rules,
        "speak_policy": space.speak_policy,
        "message_policy": space.message_policy,
        "guests_allowed": space.guests_allowed,
        "strict_messages": space.strict_messages,
        "locked": space.is_locked,
    }


def topic_card(topic: Topic) -> dict[str, str]:
    """A topic, as frames and the API show it."""
    return {"slug": topic.slug, "name": topic.name}


def snapshot(*, space: Space, user: Viewer) -> dict[str, Any]:
    """All that a client draws the room from (docs/protocol.md).

    `seq` is read before the rest: an event that comes in between is then sent again rather than missed, and applying
    it twice changes nothing. `queue` and `invitations` are lists for host and co-hosts, null for all others.
    Raises Removed.
    """
    space = Space.objects.for_cards().get(pk=space.pk)
    mine = participation_of(space=space, user=user)
    if mine and mine.removed_at:
        raise Removed()
    me = None
    if mine and isinstance(user, User):
        me = me_card(space=space, participation=mine, user=user)
    drawn = {
        "space": space_card(space),
        "stage": [stage_person(participation) for participation in stage_of(space)],
        "listeners": listener_count(space),
        "waiting": space.reminder_count if space.is_scheduled else 0,
        "pins": pins_of(space),
        "me": me,
        "seq": space.seq,
    }
    return drawn | moderation_of(space=space, participation=mine) | _parts_of_others(space, user)


def _parts_of_others(space: Space, user: Viewer) -> dict[str, Any]:
    """What higher apps show of a Space (`SPACE_SNAPSHOT_PARTS`)."""
    found: dict[str, Any] = {}
    for path in settings.SPACE_SNAPSHOT_PARTS:
        found |= _part(path)(space=space, user=user)
    return found


@lru_cache(maxsize=16)
def _part(path: str) -> Callable[..., dict[str, Any]]:
    part: Callable[..., dict[str, Any]] = import_string(path)
    return part


def listener_count(space: Space) -> int:
    """How many are listening now, those on stage not counted."""
    return presence.listener_counts([space.pk]).get(space.pk, 0) if space.is_live else 0


def bubbles_for(*, user: Viewer) -> list[dict[str, Any]]:
    """A bubble for every live Space with somebody on stage whom `user` follows. The same queries for any number."""
    if not isinstance(user, User):
        return []
    live = _not_kept_from(user, Space.objects.live().for_cards()).filter(stage_followed_by(user))
    return bubbles(list(live.order_by("-started_at")[:BUBBLES_MAX]))


def bubbles(spaces_shown: list[Space]) -> list[dict[str, Any]]:
    """The bubbles of these Spaces (docs/protocol.md), in two queries however many there are."""
    stages: dict[UUID, list[Participation]] = {space.pk: [] for space in spaces_shown}
    on_stage = Participation.objects.filter(
        space__in=spaces_shown, role__in=STAGE_ROLES, removed_at__isnull=True
    )
    for participation in on_stage.select_related("user").order_by(_STAGE_ORDER, "role_since", "pk"):
        stages[participation.space_id].append(participation)
    listening = presence.listener_counts(list(stages))
    return [
        {
            "space": str(space.pk),
            "title": space.title,
            "people": [person_card(p.user) for p in stages[space.pk][:BUBBLE_FACES]],
            "others": max(0, len(stages[space.pk]) - BUBBLE_FACES),
            "listeners": listening.get(space.pk, 0),
            "started_at": space.started_at,
        }
        for space in spaces_shown
    ]
