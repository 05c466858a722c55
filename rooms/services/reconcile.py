"""Makes the database, presence and LiveKit agree, even if every webhook and every goodbye was lost."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from rooms import presence
from rooms.audio import sfu
from rooms.audio.tokens import guest_key_of, hidden_id_of, user_id_of
from rooms.guests import member_of
from rooms.models import Participation, Role, Space
from rooms.services.audio import correct_participant
from rooms.services.guests import correct_guest
from rooms.services.hidden import correct_hidden
from rooms.services.hosting import relieve_absent_host
from rooms.services.joining import people_gone
from rooms.services.lifecycle import close_attendances, raise_peak

logger = logging.getLogger(__name__)

# Clocks differ, and a token is taken a little longer than it lives.
_CLOCKS_SECONDS = 30


def reconcile_live_spaces(*, now: datetime) -> None:
    """One round over everything on air; beat asks for it every 3 seconds.

    A Space that cannot be put right now does not keep the others from it.
    """
    rooms = _rooms()
    # Read after LiveKit's list: the Space of a room that is in the list is here, if it is still on air.
    live = list(Space.objects.live().select_related("host"))
    for space in live:
        try:
            if rooms is not None:
                reconcile_audio(space=space, exists=space.audio_room in rooms, now=now)
            sweep_presence(space=space, now=now)
            relieve_absent_host(space=space, now=now)
        except (sfu.AudioUnavailable, presence.PresenceUnavailable) as error:
            logger.warning("Not all of %s could be reconciled: %s", space.pk, error)
        except Exception:
            logger.exception("Could not reconcile %s", space.pk)
    note_sizes(live, now=now)
    for room in (rooms or set()) - {space.audio_room for space in live}:
        sfu.quietly(partial(sfu.delete_room, room))
    close_leftovers(now=now)


def note_sizes(spaces: list[Space], *, now: datetime) -> None:
    """Keep how many listen in each of these live Spaces (`listeners_seen`): one statement, whatever their number.

    Rows are locked in the order of their keys, and those in which something is happening wait for the next round.
    """
    sizes = presence.listener_counts([space.pk for space in spaces], now)
    changed = [space for space in spaces if sizes.get(space.pk, 0) != space.listeners_seen]
    if not changed:
        return
    with transaction.atomic():
        free = Space.objects.live().filter(pk__in=[space.pk for space in changed]).order_by("pk")
        locked = list(free.select_for_update(skip_locked=True, no_key=True).only("pk"))
        for space in locked:
            space.listeners_seen = sizes.get(space.pk, 0)
        Space.objects.bulk_update(locked, ["listeners_seen"])


def reconcile_watched(*, now: datetime) -> None:
    """One look into the rooms that somebody may try to get back into; beat asks for it every second.

    Whoever was removed, or taken off the stage, may hold tokens that are still good: ours live
    `LIVEKIT_TOKEN_SECONDS`, and LiveKit itself hands everybody connected a new one with their rights of that moment,
    good for `LIVEKIT_REFRESHED_TOKEN_SECONDS`. For as long, webhooks alone are not enough.
    """
    if not settings.LIVEKIT_URL:
        return
    for space in watched_spaces(now=now):
        try:
            reconcile_audio(space=space, exists=True, now=now)
        except sfu.AudioUnavailable as error:
            logger.warning("Could not look into %s: %s", space.pk, error)


def watched_spaces(*, now: datetime) -> list[Space]:
    """Live Spaces in which somebody has lost a right to the sound that a token may still name."""
    lives = max(settings.LIVEKIT_TOKEN_SECONDS, settings.LIVEKIT_REFRESHED_TOKEN_SECONDS)
    since = now - timedelta(seconds=lives + _CLOCKS_SECONDS)
    lost = Participation.objects.filter(space=OuterRef("pk")).filter(
        Q(removed_at__gte=since) | Q(role=Role.LISTENER, role_since__gte=since)
    )
    return list(Space.objects.live().filter(Exists(lost)))


def reconcile_audio(*, space: Space, exists: bool, now: datetime) -> None:
    """Make LiveKit's room what the database says, and note whom it shows to be there. Raises AudioUnavailable."""
    if not exists:
        sfu.create_room(space.audio_room)
        return
    found = {one.identity: one for one in sfu.participants(space.audio_room)}
    reconcile_guests(space=space, found=found, now=now)
    reconcile_hidden(space=space, found=found)
    ids = {identity: user_id_of(identity) for identity in found}
    known = {
        participation.user_id: participation
        for participation in Participation.objects.filter(
            space=space, user_id__in=[i for i in ids.values() if i]
        )
    }
    for identity, one in found.items():
        correct_participant(space, one, known.get(ids[identity] or 0))
    here = [user_id for user_id, participation in known.items() if participation.is_present]
    presence.touch(space.pk, here, now)


def reconcile_guests(*, space: Space, found: dict[str, sfu.AudioParticipant], now: datetime) -> None:
    """Take the guests out of `found`: those welcome are noted as being there, the others thrown out.

    Raises AudioUnavailable.
    """
    keys = {identity: key for identity in found if (key := guest_key_of(identity)) is not None}
    here = [
        member_of(key) for identity, key in keys.items() if correct_guest(space, found.pop(identity), key)
    ]
    presence.touch(space.pk, here, now)


def reconcile_hidden(*, space: Space, found: dict[str, sfu.AudioParticipant]) -> None:
    """Take staff who listen hidden out of `found`, and look whether they still may. Raises AudioUnavailable."""
    for identity in list(found):
        if (staff_id := hidden_id_of(identity)) is not None:
            correct_hidden(space, found.pop(identity), staff_id)


def sweep_presence(*, space: Space, now: datetime) -> None:
    """Whom neither a socket nor LiveKit has shown for `SPACES_PRESENCE_SECONDS` has left."""
    raise_peak(space, presence.listener_counts([space.pk]).get(space.pk, 0))
    if not presence.is_settled(now):
        return
    users, guests = presence.seen_with_guests(space.pk, now)
    if not space.guests_allowed:
        presence.drop(space.pk, guests)
    long_ago = now - timedelta(seconds=settings.SPACES_PRESENCE_SECONDS)
    here = Participation.objects.filter(space=space, left_at__isnull=True, joined_at__lt=long_ago)
    gone = set(here.values_list("user_id", flat=True)) - users
    if gone:
        people_gone(space.pk, gone, now=now)


def close_leftovers(*, now: datetime) -> None:
    """Somebody who joined in the very moment of the end is not left hanging in a Space that is over."""
    left_over = Participation.objects.filter(left_at__isnull=True, space__state=Space.State.ENDED)
    for space in Space.objects.filter(pk__in=left_over.values("space_id").distinct()):
        close_attendances(space, now=space.ended_at or now)


def _rooms() -> set[str] | None:
    """LiveKit's rooms, or None where there is no audio server to ask."""
    if not settings.LIVEKIT_URL:
        return None
    try:
        return sfu.room_names()
    except sfu.AudioUnavailable as error:
        logger.warning("Audio server: %s", error)
        return None
