"""Who is sent into which room, and what becomes of those who die. LiveKit takes the dispatches; no worker answers them."""

from datetime import timedelta

import pytest
from django.db import transaction

from recordings import workers
from recordings.errors import ClaimLost
from recordings.models import AgentJob
from recordings.services import agents
from rooms.models import Space
from rooms.selectors import snapshot
from rooms.services.control import space_edit
from rooms.services.lifecycle import space_end
from tests.factories import UserFactory

pytestmark = [pytest.mark.livekit, pytest.mark.postgres]

State = AgentJob.State


@pytest.fixture
def willing(now):
    """A worker process is there, and says nothing."""
    workers.sign("somebody", now + timedelta(hours=1))
    yield
    workers.sign_off("somebody")


def jobs(space) -> list[tuple[str, int, str]]:
    """What has become of the jobs of a Space."""
    found = AgentJob.objects.filter(space=space).order_by("pk")
    return [(job.state, job.attempt, job.error) for job in found]


def shown(space, host) -> str:
    """What a client is told of the worker that writes along."""
    return snapshot(space=space, user=host)["captions"]["worker"]


def test_a_live_space_gets_one_worker_and_everybody_inside_is_told(space, host, now, at, willing):
    seq = Space.objects.get(pk=space.pk).seq
    agents.agents_round(now=now)
    agents.agents_round(now=at(1))

    (job,) = AgentJob.objects.filter(space=space)
    assert (job.state, job.attempt, bool(job.dispatch_id)) == (State.DISPATCHED, 1, True)
    assert shown(space, host) == "starting"
    assert agents.agent_started(job_id=job.pk, worker="one", now=at(1)) == job
    assert shown(space, host) == "on"
    # Another process that was offered the same is refused.
    assert agents.agent_started(job_id=job.pk, worker="two", now=at(1)) is None
    assert Space.objects.get(pk=space.pk).seq == seq + 2


def test_without_workers_nobody_is_asked(space, host, now):
    agents.agents_round(now=now)
    assert jobs(space) == []
    assert shown(space, host) == "absent"


def test_whoever_gives_no_sign_is_replaced_and_writes_nothing_more(space, at, now, willing, settings):
    agents.agents_round(now=now)
    job = AgentJob.objects.get(space=space)
    agents.agent_started(job_id=job.pk, worker="one", now=now)
    assert agents.agent_sign(job_id=job.pk, worker="one", now=at(3))

    agents.agents_round(now=at(3 + settings.AGENT_LEASE_SECONDS))
    assert jobs(space) == [("running", 1, "")]
    agents.agents_round(now=at(3.1 + settings.AGENT_LEASE_SECONDS))
    assert jobs(space) == [("failed", 1, "lost"), ("dispatched", 2, "")]

    assert not agents.agent_sign(job_id=job.pk, worker="one", now=at(9))
    with pytest.raises(ClaimLost), transaction.atomic():
        agents.locked_claim(job_id=job.pk, worker="one")
    # What it says of its end changes nothing.
    agents.agent_stopped(job_id=job.pk, worker="one", now=at(9))
    assert jobs(space)[0] == ("failed", 1, "lost")


def test_one_that_does_not_begin_is_asked_for_again_but_not_forever(space, at, now, willing, settings):
    wait = settings.AGENT_START_SECONDS + 1
    for turn in range(7):
        agents.agents_round(now=at(turn * wait))
    # Five have failed within a minute: it is let rest.
    assert jobs(space) == [("failed", attempt, "lost") for attempt in range(1, 6)]
    agents.agents_round(now=at(7 * wait))
    assert jobs(space)[5:] == [("dispatched", 6, "")]


def test_it_goes_when_it_is_not_wanted_any_more(space, host, now, at, willing, enter):
    agents.agents_round(now=now)
    job = AgentJob.objects.get(space=space)
    agents.agent_started(job_id=job.pk, worker="one", now=now)
    enter(space, host)

    space_edit(space=space, by=host, captions_wanted=False, now=now)
    agents.agents_round(now=at(1))
    assert jobs(space) == [("ended", 1, "")]
    assert not agents.agent_sign(job_id=job.pk, worker="one", now=at(1))
    assert shown(space, host) == "absent"

    space_edit(space=space, by=host, captions_wanted=True, now=now)
    agents.agents_round(now=at(2))
    assert jobs(space)[1:] == [("dispatched", 2, "")]
    again = AgentJob.objects.get(space=space, attempt=2)
    agents.agent_started(job_id=again.pk, worker="two", now=at(3))
    space_end(space=space, by=host, now=at(3))
    # It may bring home what was said last, but not for long.
    agents.agents_round(now=at(12))
    assert jobs(space)[1:] == [("running", 2, "")]
    agents.agents_round(now=at(14))
    assert jobs(space)[1:] == [("ended", 2, "")]


def test_a_language_without_a_model_gets_none(space, host, now, willing):
    Space.objects.filter(pk=space.pk).update(language="uk")
    agents.agents_round(now=now)
    assert jobs(space) == []
    assert snapshot(space=space, user=host)["captions"] == {
        "available": False,
        "rough": False,
        "worker": "absent",
    }


def test_livekit_that_is_away_is_asked_again(space, now, at, willing, livekit_server):
    with livekit_server.stopped():
        agents.agents_round(now=now)
        assert jobs(space) == [("wanted", 1, "")]
    # Its rooms are gone with it: reconciliation makes them anew, and until then nobody is sent.
    agents.agents_round(now=at(1))
    assert [state for state, _, _ in jobs(space)][-1] in ("wanted", "dispatched")


def test_the_round_asks_as_much_for_many_spaces(space, start_space, now, willing, django_assert_num_queries):
    def asked() -> None:
        agents.agents_round(now=now)

    asked()
    with django_assert_num_queries(4):
        asked()
    for _ in range(3):
        start_space(UserFactory())
    asked()
    with django_assert_num_queries(4):
        asked()
