"""A Space's recording is switched on and off; and what follows from what happens to the Space."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from recordings.models import AgentJob, Recording, RecordingConsent
from recordings.selectors.recordings import moment_of, offset_ms, recording_card
from recordings.services.consent import consent_keep
from recordings.services.mixing import recording_mix_wanted
from recordings.services.telling import tell_trouble
from rooms.events import emit
from rooms.models import Space
from rooms.permissions import Action
from rooms.services.locks import locked_actor, locked_space
from spaces_project.lib.tasks import enqueue_on_commit

logger = logging.getLogger(__name__)

NO_RECORDER = "no_recorder"
# So long without a recorder, and those who are recorded are told.
_PATIENCE = timedelta(seconds=10)

_RUNNING = (Recording.State.ON, Recording.State.OFF)


def recording_start(*, space: Space, by: User, now: datetime) -> Recording:
    """Record the Space from now on. Who starts it agrees to be recorded; the others on stage are asked, and are not recorded
    before. Done twice it is done once.

    Raises SpaceEnded, SpaceNotStarted, NotAllowed (`space.not_moderator`), Removed.
    """
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.RECORDING_START)
        consent_keep(space, by, given_with=RecordingConsent.GivenWith.HOSTING, now=now)
        return _switched_on(space, at_ms=offset_ms(space, now), now=now)


def recording_stop(*, space: Space, by: User, now: datetime) -> Recording | None:
    """Record the Space no more, until it is started again. Done twice it is done once; None where nothing was ever recorded.

    Raises SpaceEnded, SpaceNotStarted, NotAllowed (`space.not_moderator`), Removed.
    """
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.RECORDING_STOP)
        recording = _locked(space)
        if recording is None and space.recording_wanted:
            # Wished for, and stopped before it began.
            recording = Recording.objects.create(space=space, state=Recording.State.OFF, created_at=now)
        elif recording is not None and recording.state == Recording.State.ON:
            _close_stretch(recording, offset_ms(space, now))
            recording.state, recording.trouble = Recording.State.OFF, ""
            recording.save(update_fields=["state", "trouble"])
            emit(space, "recording.stopped", recording_card(space))
            enqueue_on_commit("recordings.tasks.agents_round")
    return recording


def recordings_round(*, now: datetime) -> None:
    """What follows from what has happened to Spaces: begin what was wished for, finish what is over, tell of recorders that
    do not come. A fixed number of queries, and some more for each that something is done about."""
    for space in Space.objects.live().filter(recording_wanted=True, recording__isnull=True):
        _begin_wished(space, now=now)
    over = Recording.objects.filter(state__in=_RUNNING).exclude(space__state=Space.State.LIVE)
    for recording in over.select_related("space"):
        _finish(recording.space, now=now)
    _watch(now=now)


def recorder_began(*, space: Space, now: datetime) -> None:
    """A recorder is in the room. A stretch of which nothing is recorded yet begins now: before there is nothing to hear."""
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        recording = _locked(space)
        if recording is None or recording.state != Recording.State.ON:
            return
        stretch = recording.stretches.filter(ends_at_ms__isnull=True).first()
        heard = stretch and recording.tracks.filter(starts_at_ms__gte=stretch.starts_at_ms).exists()
        if stretch is not None and not heard:
            stretch.starts_at_ms = offset_ms(space, now)
            stretch.save(update_fields=["starts_at_ms"])
        if recording.trouble == NO_RECORDER:
            _set_trouble(space, recording, "", now=now)


def recording_trouble(*, space: Space, trouble: str, now: datetime) -> None:
    """Something keeps the Space from being recorded ("disk_full", "storage", "no_recorder"), or nothing does any more ("").

    Those inside see it, and the host is told; the Space goes on.
    """
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        recording = _locked(space)
        if recording is not None and recording.state == Recording.State.ON and recording.trouble != trouble:
            _set_trouble(space, recording, trouble, now=now)


def _switched_on(space: Space, *, at_ms: int, now: datetime) -> Recording:
    """On a locked Space."""
    recording = _locked(space)
    if recording is not None and recording.state == Recording.State.ON:
        return recording
    if recording is None:
        recording = Recording(space=space, created_at=now)
    recording.state, recording.trouble, recording.deleted_at = Recording.State.ON, "", None
    recording.save()
    recording.stretches.create(starts_at_ms=at_ms)
    emit(space, "recording.started", recording_card(space))
    enqueue_on_commit("recordings.tasks.agents_round")
    return recording


def _begin_wished(space: Space, *, now: datetime) -> None:
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if space.is_live and _locked(space) is None:
            consent_keep(space, space.host, given_with=RecordingConsent.GivenWith.HOSTING, now=now)
            _switched_on(space, at_ms=offset_ms(space, now), now=now)


def _finish(space: Space, *, now: datetime) -> None:
    """The Space is over: its recording is put together, if there is any."""
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        recording = _locked(space)
        if recording is None or recording.state not in _RUNNING or space.is_live:
            return
        _close_stretch(recording, offset_ms(space, space.ended_at or now))
        recording_mix_wanted(recording, now=now)
        enqueue_on_commit("recordings.tasks.recordings_mix")


def _close_stretch(recording: Recording, at_ms: int) -> None:
    for stretch in recording.stretches.filter(ends_at_ms__isnull=True):
        stretch.ends_at_ms = max(at_ms, stretch.starts_at_ms)
        stretch.save(update_fields=["ends_at_ms"])


def _watch(*, now: datetime) -> None:
    running = AgentJob.objects.filter(
        space=OuterRef("space"), kind=AgentJob.Kind.RECORDING, state=AgentJob.State.RUNNING
    )
    recently = AgentJob.objects.filter(
        Q(seen_at__gt=now - _PATIENCE) | Q(created_at__gt=now - _PATIENCE),
        space=OuterRef("space"),
        kind=AgentJob.Kind.RECORDING,
    )
    alone = Recording.objects.filter(
        ~Exists(running),
        ~Exists(recently),
        state=Recording.State.ON,
        trouble="",
        space__state=Space.State.LIVE,
    )
    for recording in alone.select_related("space").prefetch_related("stretches"):
        stretch = next((one for one in recording.stretches.all() if one.ends_at_ms is None), None)
        if stretch is not None and moment_of(recording.space, stretch.starts_at_ms) < now - _PATIENCE:
            recording_trouble(space=recording.space, trouble=NO_RECORDER, now=now)


def _set_trouble(space: Space, recording: Recording, trouble: str, *, now: datetime) -> None:
    recording.trouble = trouble
    recording.save(update_fields=["trouble"])
    emit(space, "recording.trouble", recording_card(space))
    if trouble:
        logger.warning("%s: %s", recording, trouble)
        tell_trouble(recording, now=now)


def _locked(space: Space) -> Recording | None:
    """The recording with its row locked, after the Space's."""
    found = Recording.objects.filter(space=space).select_for_update(no_key=True).first()
    if found is not None:
        found.space = space
    return found
