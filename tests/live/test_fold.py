"""An old snapshot and the events after it are the fresh snapshot: nothing that listeners see changes untold."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from rooms.live.database import in_database
from rooms.models import Participation, Pin, Role, Space
from rooms.services import control, hosting, invitations, requests, stage
from rooms.services.joining import people_gone, space_join, space_leave
from rooms.services.lifecycle import space_end
from rooms.services.reconcile import close_leftovers, sweep_presence
from rooms.services.stage import mic_set
from spaces_project.lib.errors import SpacesError
from tests.live.clients import SocketClient
from tests.live.conftest import Connect
from tests.live.fold import Snapshot, fold, shared
from tests.live.test_space_frames import watch


class Troupe:
    """People who do things in a Space, at random but the same for the same seed."""

    def __init__(self, seed: int, space: Space, people: list[User]) -> None:
        self._chance = random.Random(seed)
        self._space = space
        self._people = people
        self._now = datetime.now(UTC)

    def act(self) -> None:
        """Somebody does something; what is refused changes nothing."""
        self._now += timedelta(seconds=self._chance.choice([0, 1, 5, 60]))
        somebody = self._chance.choice(self._people)
        space = Space.objects.get(pk=self._space.pk)
        here: dict[str, Any] = {"space": space, "user": somebody, "now": self._now}
        acts = [
            lambda: space_join(**here),
            lambda: space_join(**here),
            lambda: space_leave(**here),
            lambda: mic_set(**here, muted=True),
            lambda: mic_set(**here, muted=False),
            lambda: mic_set(**here, muted=False),
            lambda: people_gone(space.pk, [somebody.pk], now=self._now),
            lambda: sweep_presence(space=space, now=self._now),
            lambda: hosting.relieve_absent_host(space=space, now=self._now),
            lambda: close_leftovers(now=self._now),
        ]
        try:
            self._chance.choice([*acts, *self._acts_of_the_stage(space, somebody)])()
        except SpacesError:
            return

    def _acts_of_the_stage(self, space: Space, somebody: User) -> list[Callable[[], Any]]:
        by_host: dict[str, Any] = {"space": space, "by": space.host, "now": self._now}
        over: dict[str, Any] = by_host | {"user": somebody}
        own: dict[str, Any] = {"space": space, "user": somebody, "now": self._now}
        role = self._chance.choice([Role.SPEAKER, Role.COHOST])
        number = self._chance.randrange(5)

        def asks_and_is_accepted() -> None:
            requests.stage_request(**own)
            requests.stage_request_accept(**over)

        def is_invited_and_comes() -> None:
            invitations.stage_invite(**over, role=role)
            invitations.stage_invite_accept(**own)

        return [
            asks_and_is_accepted,
            asks_and_is_accepted,
            is_invited_and_comes,
            is_invited_and_comes,
            lambda: stage.stage_mute(**over),
            lambda: stage.stage_mute_all(**by_host),
            lambda: stage.stage_move_to_listeners(**over),
            lambda: stage.stage_step_down(**own),
            lambda: control.space_lock(**by_host, locked=number > 2),
            lambda: control.space_edit(**by_host, title=f"Title {number}", rules="Be kind." * number),
            lambda: control.space_pin(**by_host, title=f"Pin {number}"),
            lambda: control.space_unpin(**by_host, pin_id=getattr(Pin.objects.first(), "pk", 0)),
            lambda: control.space_hand_over(**over),
        ]

    def end(self) -> None:
        """The host ends it, if it has not ended by itself."""
        space = Space.objects.get(pk=self._space.pk)
        space_end(space=space, by=space.host, now=self._now + timedelta(seconds=1))


async def follow(client: SocketClient, snapshot: Snapshot, until: int) -> Snapshot:
    """Fold events as they come until that seq."""
    while snapshot["seq"] < until:
        frame = client.unread.pop(0) if client.unread else await client.receive()
        if "seq" in frame and frame["type"] != "space.snapshot":
            snapshot = fold(snapshot, frame)
    return snapshot


@pytest.mark.parametrize("seed", range(8))
async def test_snapshot_and_events_are_the_fresh_snapshot(
    connect: Connect, space: Space, host: User, cohost: User, speaker: User, listener: User, seed: int
) -> None:
    for user, role in ((cohost, Role.COHOST), (speaker, Role.SPEAKER)):
        await Participation.objects.acreate(
            space=space,
            user=user,
            role=role,
            on_stage_since=datetime.now(UTC),
            role_since=datetime.now(UTC),
            left_at=datetime.now(UTC),
        )
    troupe = Troupe(seed, space, [host, host, cohost, speaker, listener])
    early, late = await connect(None), await connect(None)
    known = await watch(early, space)
    for _ in range(6):
        for _ in range(8):
            await in_database(troupe.act)()
        fresh = await watch(late, space)
        known = await follow(early, known, fresh["seq"])
        assert shared(known) == shared(fresh)
    await in_database(troupe.end)()
    fresh = await watch(late, space)
    known = await follow(early, known, fresh["seq"])
    assert shared(known) == shared(fresh)
    assert fresh["space"]["state"] == "ended"
    assert fresh["seq"] > 5
