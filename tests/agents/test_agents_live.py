"""Workers in rooms, for real: they come, die, are replaced, survive LiveKit, and go."""

import time

import pytest
from django.utils import timezone

from recordings.models import AgentJob
from recordings.services.agents import agent_identity, agents_round
from rooms.audio import sfu
from rooms.services.lifecycle import space_end
from rooms.services.reconcile import reconcile_live_spaces
from tests.agents.conftest import kill
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit, pytest.mark.postgres]

# Within which another takes over.
SECONDS = 10


def test_a_worker_comes_is_replaced_when_it_dies_survives_livekit_and_goes(
    space, host, agents, running, livekit_server
):
    first = running(space)
    wait_until(lambda: len(sfu.participants(space.audio_room)) == 1, "the worker is in the room")
    (one,) = sfu.participants(space.audio_room)
    assert (one.identity, one.hidden, one.may_publish, one.is_agent) == (
        agent_identity(first.pk),
        True,
        False,
        True,
    )
    assert first.dispatch_id or AgentJob.objects.get(pk=first.pk).dispatch_id

    kill(first)
    begun = time.monotonic()
    second = running(space, after=first.pk)
    print(f"another worker has taken over after {time.monotonic() - begun:.1f} s")
    assert time.monotonic() - begun < SECONDS
    first.refresh_from_db()
    assert (first.state, first.error, second.attempt) == (AgentJob.State.FAILED, "lost", 2)

    livekit_server.restart()
    begun = time.monotonic()

    def repaired() -> bool:
        reconcile_live_spaces(now=timezone.now())
        agents_round(now=timezone.now())
        identities = [one.identity for one in sfu.participants(space.audio_room)]
        job = AgentJob.objects.filter(space=space, state=AgentJob.State.RUNNING).first()
        return job is not None and identities == [agent_identity(job.pk)]

    wait_until(repaired, "a worker is in the room that was made anew", 60)
    print(f"after LiveKit's restart a worker was there after {time.monotonic() - begun:.1f} s")

    space_end(space=space, by=host, now=timezone.now())
    still_open = AgentJob.objects.filter(space=space, state__in=AgentJob.OPEN)

    def over() -> bool:
        agents_round(now=timezone.now())
        return not still_open.exists()

    wait_until(over, "the last worker is gone, or given up", 60)
