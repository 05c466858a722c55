"""A Space starts and ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import require_may_host
from accounts.signals import send_on_commit
from rooms import presence
from rooms.audio import sfu
from rooms.errors import AlreadyLive, SpaceEnded, TooEarly
from rooms.events import emit
from rooms.live import bubbles
from rooms.models import STAGE_ROLES, Attendance, Invitation, Participation, Role, Space
from rooms.permissions import Action, require
from rooms.selectors.schedule import expires_at, may_start_from, not_live
from rooms.services.closing import clear_requests, close_invitations
from rooms.services.details import checked_details
from rooms.services.locks import locked_participation, locked_space
from rooms.services.reminders import tell_live
from rooms.signals import space_ended, space_started
from social.models import Kind
from social.services.fanouts import fanout_schedule, fanouts_drop
from spaces_project.lib.errors import NotAllowed

_LIVE = "live"
# That somebody is live is told for so long, while it lasts.
_LIVE_NEWS = timedelta(minutes=30)


def space_start(
    *,
    host: User,
    title: str,
    topics: Sequence[str] = (),
    language: str = "en",
    speak_policy: str = Space.SpeakPolicy.EVERYONE,
    rules: str = "",
    message_policy: str = Space.MessagePolicy.EVERYONE,
    guests_allowed: bool = False,
    blocked_words: Sequence[str] = (),
    strict_messages: bool = False,
    description: str = "",
    recording_wanted: bool = False,
    captions_wanted: bool = True,
    captions_masked: bool = True,
    clips_allowed: bool = True,
    now: datetime,
) -> Space:
    """Put a new Space on air. `topics` are slugs, at most `SPACES_TOPICS_MAX`.

    The host still has to join; until then, and whenever they are away, the grace of `SPACES_HOST_GRACE_SECONDS` runs.
    Raises NotAllowed (`space.host_not_eligible`), Invalid with the fields at fault, AlreadyLive.
    """
    require_may_host(host)
    fields, chosen = checked_details(
        {
            "title": title,
            "topics": topics,
            "language": language,
            "speak_policy": speak_policy,
            "rules": rules,
            "message_policy": message_policy,
            "guests_allowed": guests_allowed,
            "blocked_words": blocked_words,
            "strict_messages": strict_messages,
            "description": description,
            "recording_wanted": recording_wanted,
            "captions_wanted": captions_wanted,
            "captions_masked": captions_masked,
            "clips_allowed": clips_allowed,
        }
    )
    with transaction.atomic():
        space = Space(
            host=host,
            state=Space.State.LIVE,
            started_at=now,
            created_at=now,
            host_absent_since=now,
            **fields,
        )
        with _one_live_per_host():
            space.save(force_insert=True)
        space.topics.set(chosen or ())
        Participation.objects.create(
            space=space,
            user=host,
            role=Role.HOST,
            first_joined_at=now,
            joined_at=now,
            left_at=now,
            on_stage_since=now,
            role_since=now,
            spoke_at=now,
        )
        _on_air(space, now=now)
    return space


def space_start_scheduled(*, space: Space, by: User, now: datetime) -> Space:
    """Put an announced Space on air: from `SPACES_START_EARLY_MINUTES` before its time to `SPACES_START_LATE_MINUTES` after.

    Who waits on its page sees it turn into the room; co-hosts who have accepted are on its stage, open invitations stay
    open. Starting it twice is starting it once. Raises NotAllowed (`space.not_host`, `space.host_not_eligible`),
    TooEarly, SpaceEnded (cancelled, expired or over), AlreadyLive.
    """
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if space.host_id != by.pk:
            raise NotAllowed(_("Only the host can start this Space."), code="space.not_host")
        if space.is_live:
            return space
        if not space.is_scheduled:
            raise not_live(space)
        require_may_host(by)
        if now < may_start_from(space):
            early = settings.SPACES_START_EARLY_MINUTES
            raise TooEarly(
                _("You can start this Space from {early} minutes before its time.").format(early=early)
            )
        if now >= expires_at(space):
            raise SpaceEnded(_("It is too late to start this Space. Schedule a new one."))
        space.state, space.started_at, space.host_absent_since = Space.State.LIVE, now, now
        with _one_live_per_host():
            space.save(update_fields=["state", "started_at", "host_absent_since"])
        stage = Participation.objects.filter(space=space, role__in=STAGE_ROLES, removed_at__isnull=True)
        stage.update(on_stage_since=now, spoke_at=now)
        ends_at = now + timedelta(seconds=settings.SPACES_HOST_GRACE_SECONDS)
        emit(space, "space.started", {"started_at": now, "host_absent_until": ends_at})
        tell_live(space, now=now)
        _on_air(space, now=now)
    return space


def _on_air(space: Space, *, now: datetime) -> None:
    """What follows whenever a Space goes on air, announced or not; in the transaction that makes it live."""
    room = space.audio_room
    transaction.on_commit(lambda: sfu.quietly(lambda: sfu.create_room(room)))
    bubbles.announce_on_commit(space)
    send_on_commit(space_started, space_id=space.pk)
    _tell_followers(space, now=now)


def _tell_followers(space: Space, *, now: datetime) -> None:
    """Tell those who follow host and co-hosts that they are live; who follows several is told once."""
    stage = Participation.objects.filter(
        space=space, role__in=(Role.HOST, Role.COHOST), removed_at__isnull=True
    )
    # The host first: who follows both hears of them.
    for participation in sorted(
        stage.select_related("user"), key=lambda one: (one.role != Role.HOST, one.pk)
    ):
        fanout_schedule(
            key=f"live:{space.pk}:{space.session}",
            audience="followers",
            kind=Kind.LIVE,
            event=_LIVE,
            actor=participation.user,
            space_id=space.pk,
            data={"title": space.title},
            due_at=now,
            expires_at=now + _LIVE_NEWS,
            now=now,
        )


@contextmanager
def _one_live_per_host() -> Iterator[None]:
    """Raise AlreadyLive where the database says that the host is on air already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "space_one_live_per_host" in str(error) or "rooms_space.host_id" in str(error):
            raise AlreadyLive() from error
        raise


def space_end(*, space: Space, by: User | None, now: datetime, reason: str = Space.EndReason.HOST) -> Space:
    """Take the Space off air for everybody. `by` is None when the product itself ends it (`reason` says why).

    Ending it twice is ending it once. Raises NotAllowed (`space.not_host`) for anybody but the host, SpaceNotStarted.
    """
    # Asked before the transaction: Redis is remote, and after the end it has forgotten.
    listening = presence.listener_counts([space.pk], now).get(space.pk, 0) if space.is_live else 0
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if by is not None and reason == Space.EndReason.HOST:
            require(locked_participation(space, by.pk), Action.END)
        if space.is_scheduled:
            raise not_live(space)
        if not space.is_live:
            return space
        space.state, space.ended_at, space.end_reason = Space.State.ENDED, now, reason
        space.host_absent_since = None
        space.peak_listeners = max(space.peak_listeners, listening)
        space.save(update_fields=["state", "ended_at", "end_reason", "host_absent_since", "peak_listeners"])
        clear_requests(space, by=None, now=now)
        close_invitations(space, state=Invitation.State.EXPIRED, now=now)
        close_attendances(space, now=now)
        fanouts_drop(space_id=space.pk, events=(_LIVE,), now=now)
        emit(
            space,
            "space.ended",
            {"reason": reason, "ended_at": now, "duration_seconds": duration_seconds(space)},
        )
        room, space_id = space.audio_room, space.pk
        transaction.on_commit(lambda: sfu.quietly(lambda: sfu.delete_room(room)))
        transaction.on_commit(lambda: presence.forget(space_id))
        bubbles.announce_on_commit(space)
        send_on_commit(space_ended, space_id=space.pk, reason=str(reason))
    return space


def close_attendances(space: Space, *, now: datetime) -> int:
    """Everybody still in the Space has left it. Returns how many that were."""
    Attendance.objects.filter(participation__space=space, left_at__isnull=True).update(left_at=now)
    return Participation.objects.filter(space=space, left_at__isnull=True).update(left_at=now)


def duration_seconds(space: Space) -> int:
    """How long an ended Space was on air."""
    if space.started_at is None or space.ended_at is None:
        return 0
    return max(0, int((space.ended_at - space.started_at).total_seconds()))


def raise_peak(space: Space, listeners: int) -> None:
    """Remember the highest number of listeners."""
    Space.objects.filter(pk=space.pk, peak_listeners__lt=listeners).update(peak_listeners=listeners)


def host_absent(space: Space, *, since: datetime | None) -> None:
    """Start (`since`) or stop (None) the host's grace on a locked Space."""
    Space.objects.filter(pk=space.pk).update(host_absent_since=since)
    space.host_absent_since = since
