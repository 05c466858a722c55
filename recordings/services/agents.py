"""Workers in rooms: wanted, asked for, running, replaced. What LiveKit is asked is asked after the commit.

A job is a claim on one room's work. Whoever holds it gives a sign every `AGENT_SIGN_SECONDS`; without one for
`AGENT_LEASE_SECONDS` the row is closed and a new one takes its place, and what the old one still writes is refused
(`locked_claim`), however alive it may be.
"""

import json
import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from recordings import workers
from recordings.errors import ClaimLost
from recordings.models import AgentJob
from recordings.selectors import agents as selectors
from recordings.selectors.captions import captions_card
from rooms.audio import sfu
from rooms.audio.dispatch import create_dispatch, delete_dispatch
from rooms.events import emit
from rooms.models import Space
from rooms.services.locks import locked_space

logger = logging.getLogger(__name__)

State = AgentJob.State

# What fails so often within a minute is let rest until that minute is over.
TRIES_A_MINUTE = 5


def agents_round(*, now: datetime) -> None:
    """Make the workers in rooms those that live Spaces need; beat asks for it every 2 seconds.

    As many queries whatever the number of Spaces, and some more for each worker that comes or goes.
    """
    needed = selectors.needed_agents() if settings.LIVEKIT_URL else set()
    held: set[selectors.Place] = set()
    for job in selectors.open_jobs():
        place = (job.space_id, job.kind)
        if place not in needed:
            if not selectors.is_bringing_home(job, now):
                _close(job, State.ENDED, now=now)
        elif selectors.has_lost_claim(job, now):
            logger.warning("%s gives no sign of itself; another takes over", job)
            _close(job, State.FAILED, error="lost", now=now)
        else:
            held.add(place)
    missing = needed - held
    if missing and workers.are_there(now):
        tries = selectors.tries_of(missing, now)
        for place in sorted(missing):
            newest, failed = tries.get(place, (0, 0))
            if failed < TRIES_A_MINUTE:
                _want(*place, attempt=newest + 1, now=now)
    for job in selectors.open_jobs().filter(state=State.WANTED):
        _dispatch(job, now=now)


def agent_started(*, job_id: int, worker: str, now: datetime) -> AgentJob | None:
    """A process has begun with a job: from now on it holds the claim. None when the job is not to be had (any more)."""
    job = AgentJob.objects.filter(pk=job_id).first()
    if job is None:
        return None
    with transaction.atomic():
        space = locked_space(job.space_id, live=False)
        taken = AgentJob.objects.filter(pk=job_id, state__in=(State.WANTED, State.DISPATCHED)).update(
            state=State.RUNNING, worker=worker, seen_at=now
        )
        if not taken:
            return None
        _tell(space, job.kind)
    return AgentJob.objects.select_related("space").get(pk=job_id)


def agent_sign(*, job_id: int, worker: str, now: datetime) -> bool:
    """The process is alive. Returns whether it still holds the claim; if not, it has to go."""
    mine = AgentJob.objects.filter(pk=job_id, worker=worker, state=State.RUNNING)
    return bool(mine.update(seen_at=now))


def agent_stopped(*, job_id: int, worker: str, error: str = "", now: datetime) -> None:
    """The process has ended its work; with `error` (a stable code) it failed, and another will take over."""
    job = AgentJob.objects.select_related("space").filter(pk=job_id, worker=worker).first()
    if job is not None:
        _close(job, State.FAILED if error else State.ENDED, error=error, now=now)


def locked_claim(*, job_id: int, worker: str) -> AgentJob:
    """The job of a process that is about to write, locked, so that it cannot lose its claim meanwhile.

    Call it inside the transaction, after the Space's lock where there is one. Raises ClaimLost.
    """
    mine = AgentJob.objects.filter(pk=job_id, worker=worker, state=State.RUNNING)
    job = mine.select_for_update(no_key=True).first()
    if job is None:
        raise ClaimLost()
    return job


def agent_identity(job_id: int) -> str:
    """The name in LiveKit of the worker with this job."""
    return f"agent-{job_id}"


def _want(space_id: UUID, kind: str, *, attempt: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            space = locked_space(space_id, live=False)
            if space.is_live:
                AgentJob.objects.create(space=space, kind=kind, attempt=attempt, created_at=now)
                _tell(space, kind)
    except IntegrityError:
        # Another round was faster.
        return


def _dispatch(job: AgentJob, *, now: datetime) -> None:
    """Ask LiveKit for a worker. Of two rounds that come at once, one does."""
    mine = AgentJob.objects.filter(pk=job.pk, state=State.WANTED)
    if not mine.update(state=State.DISPATCHED, seen_at=now):
        return
    try:
        told = json.dumps({"job": job.pk, "kind": job.kind})
        dispatch_id = create_dispatch(job.space.audio_room, told)
    except sfu.AudioUnavailable as error:
        logger.warning("Audio server: %s (the next round asks again)", error)
        AgentJob.objects.filter(pk=job.pk, state=State.DISPATCHED).update(state=State.WANTED, seen_at=None)
        return
    AgentJob.objects.filter(pk=job.pk).update(dispatch_id=dispatch_id)


def _close(job: AgentJob, state: AgentJob.State, *, error: str = "", now: datetime) -> None:
    """End a job that is open; one that is not stays as it ended. Its worker is sent out of the room."""
    with transaction.atomic():
        space = locked_space(job.space_id, live=False)
        still_open = AgentJob.objects.filter(pk=job.pk, state__in=AgentJob.OPEN)
        if not still_open.update(state=state, error=error, ended_at=now):
            return
        _tell(space, job.kind)
        transaction.on_commit(partial(_send_out, job, space))


def _send_out(job: AgentJob, space: Space) -> None:
    if not space.is_live or not job.dispatch_id:
        # With the end of a Space its whole room is deleted.
        return

    def out() -> None:
        delete_dispatch(space.audio_room, job.dispatch_id)
        sfu.remove(space.audio_room, agent_identity(job.pk))

    sfu.quietly(out)


def _tell(space: Space, kind: str) -> None:
    """Tell those inside what has become of their captions. Call it with the Space locked."""
    if space.is_live and kind == AgentJob.Kind.CAPTIONS:
        emit(space, "captions.changed", captions_card(space))
