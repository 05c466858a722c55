"""The whole table of permissions, walked over the socket; tests/rooms walks it over HTTP."""

from datetime import UTC, datetime

import pytest

from rooms.live.commands import commands
from rooms.live.database import in_database
from rooms.models import Role, Space
from rooms.permissions import ALLOWED, MAY_ACT_ON, Action
from rooms.services.lifecycle import space_end
from tests.rooms.test_permission_table import WHO, act_on_somebody
from tests.rooms.world import ACTS, ANEW, make_world, refusal

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_audio")]


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def test_every_action_is_a_command():
    grants = {Action.LISTEN, Action.PUBLISH, Action.INSIGHTS}
    # A co-host is invited by `stage.invite` with that role.
    assert set(Action) - grants - {Action.INVITE_COHOST} <= set(commands())


@pytest.mark.parametrize("action", list(ACTS))
async def test_every_cell(action, connect):
    for who in WHO:
        world = await in_database(make_world)(now())
        actor = world.people[who]
        call = await in_database(ACTS[action])(world, actor)
        socket = await connect(actor)
        reply = await socket.ask(call.type, space=str(world.space.pk), **call.data)
        if who in Role.values and Role(who) in ALLOWED[action]:
            assert reply["ok"], (who, reply)
            if action not in ANEW:
                again = await socket.ask(call.type, space=str(world.space.pk), **call.data)
                assert (again["ok"], again["data"]) == (True, reply["data"])
        else:
            assert not reply["ok"], (who, reply)
            assert reply["error"]["code"] == refusal(action, who), who
            assert (await in_database(Space.objects.get)(pk=world.space.pk)).seq == world.space.seq
        await socket.close()


@pytest.mark.parametrize("by", ["host", "cohost"])
@pytest.mark.parametrize("action", list(MAY_ACT_ON))
async def test_every_cell_of_acts_on_somebody(action, by, connect):
    for target in Role.values:
        world = await in_database(make_world)(now())
        socket = await connect(world.people[by])
        user = str(world.others[target].pk)
        reply = await socket.ask(action.value, space=str(world.space.pk), user=user)
        expected = act_on_somebody(action, by, target)
        assert reply.get("error", {}).get("code", "") == expected, (target, reply)
        await socket.close()


async def test_nothing_is_done_in_an_ended_space(connect):
    world = await in_database(make_world)(now())
    calls = [
        await in_database(make)(world, world.people["host"])
        for action, make in ACTS.items()
        if action not in (Action.END, Action.REQUEST_DECLINE)
    ]
    await in_database(space_end)(space=world.space, by=world.people["host"], now=now())
    for who in (*Role.values, "outsider"):
        socket = await connect(world.people[who])
        for call in calls:
            reply = await socket.ask(call.type, space=str(world.space.pk), **call.data)
            assert reply.get("error", {}).get("code") == "space.ended", (who, call, reply)
        await socket.close()


async def test_guests_sign_in_first(connect):
    world = await in_database(make_world)(now())
    socket = await connect(None)
    call = await in_database(ACTS[Action.LOCK])(world, world.people["host"])
    reply = await socket.ask(call.type, space=str(world.space.pk), **call.data)
    assert reply["error"]["code"] == "not_signed_in"
