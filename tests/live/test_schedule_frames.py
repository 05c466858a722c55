"""What the page of an announced Space is told over the socket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from rooms.live.database import in_database
from rooms.models import Space, Topic
from rooms.services.invitations import stage_invite_accept
from rooms.services.lifecycle import space_start_scheduled
from rooms.services.schedule import space_cancel, space_edit_scheduled, spaces_expire
from rooms.services.stage import stage_step_down
from tests.factories import FollowFactory
from tests.live.conftest import Connect
from tests.live.fold import shared
from tests.live.test_fold import follow
from tests.live.test_space_frames import watch
from tests.rooms.ahead import scheduled

pytestmark = pytest.mark.usefixtures("no_audio")


@pytest.fixture
def now() -> datetime:
    """The moment the test begins."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def ahead(host: User, cohost: User, now: datetime) -> Space:
    """A Space in an hour, to which a co-host is invited."""
    FollowFactory(follower=cohost, followee=host)
    Topic.objects.get_or_create(slug="music", defaults={"name": "Music"})
    return scheduled(host, now, hours=1, cohosts=["a_cohost"])


async def test_who_waits_sees_the_start_and_may_join(
    connect: Connect, ahead: Space, host: User, listener: User, now: datetime
) -> None:
    guest, waiting = await connect(None), await connect(listener)
    for socket in (guest, waiting):
        snapshot = await watch(socket, ahead)
        assert snapshot["space"]["state"] == "scheduled"
    start = ahead.scheduled_at or now
    await in_database(space_start_scheduled)(space=ahead, by=host, now=start)
    for socket in (guest, waiting):
        started = await socket.next("space.started")
        assert started["seq"] == snapshot["seq"] + 1
        assert datetime.fromisoformat(started["data"]["started_at"]) == start
    assert (await watch(waiting, ahead))["space"]["state"] == "live"


async def test_nothing_can_be_done_in_it_yet(connect: Connect, ahead: Space, host: User) -> None:
    socket = await connect(host)
    for command, data in (
        ("space.lock", {"locked": True}),
        ("space.end", {}),
        ("space.edit", {"title": "New"}),
        ("mic.set", {"muted": False}),
        ("message.post", {"text": "Hello"}),
        ("space.react", {"kind": "🔥"}),
        ("space.pin", {"title": "Here"}),
    ):
        reply = await socket.ask(command, space=str(ahead.pk), **data)
        assert reply["ok"] is False, command
        assert reply["error"]["code"] == "space.not_started", (command, reply)


def _acts(space: Space, host: User, cohost: User, now: datetime) -> list[Callable[[], Any]]:
    return [
        lambda: space_edit_scheduled(space=space, by=host, title="New", topics=["music"], now=now),
        lambda: space_edit_scheduled(space=space, by=host, description="More", language="de", now=now),
        lambda: stage_invite_accept(space=space, user=cohost, now=now),
        lambda: stage_step_down(space=space, user=cohost, now=now),
        lambda: space_edit_scheduled(space=space, by=host, cohosts=["a_cohost"], now=now),
        lambda: stage_invite_accept(space=space, user=cohost, now=now),
        lambda: space_edit_scheduled(
            space=space, by=host, scheduled_at=now + timedelta(hours=2), time_zone="Asia/Tokyo", now=now
        ),
    ]


@pytest.mark.parametrize("end", ["start", "cancel", "expire"])
async def test_snapshot_and_events_are_the_fresh_snapshot(
    connect: Connect, ahead: Space, host: User, cohost: User, now: datetime, end: str
) -> None:
    early, late = await connect(None), await connect(None)
    known = await watch(early, ahead)
    ends: dict[str, Callable[[], Any]] = {
        "start": lambda: space_start_scheduled(space=ahead, by=host, now=now + timedelta(hours=2)),
        "cancel": lambda: space_cancel(space=ahead, by=host, now=now),
        "expire": lambda: spaces_expire(now=now + timedelta(hours=3)),
    }
    for act in [*_acts(ahead, host, cohost, now), ends[end]]:
        await in_database(act)()
        fresh = await watch(late, ahead)
        known = await follow(early, known, fresh["seq"])
        assert shared(known) == shared(fresh)
    assert fresh["space"]["state"] == {"start": "live", "cancel": "cancelled", "expire": "expired"}[end]
    assert [person["role"] for person in fresh["stage"]] == ["host", "cohost"]
