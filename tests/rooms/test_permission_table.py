"""The whole table of permissions, walked over HTTP."""

from typing import Any

import pytest

from rooms.models import Role, Space
from rooms.permissions import ALLOWED, MAY_ACT_ON, Action
from rooms.services.lifecycle import space_end
from tests.rooms.answers import refused
from tests.rooms.world import ACTS, ANEW, ON_SOMEBODY, Call, make_world, on, refusal

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

# Rights in LiveKit, and what is read (tests/insights): no acts.
GRANTS = {Action.LISTEN, Action.PUBLISH, Action.INSIGHTS}
WHO = [*Role.values, "outsider", "removed"]


def send(client: Any, space: Space, call: Call) -> Any:
    """Do it over HTTP."""
    return getattr(client, call.method)(f"/api/v1/spaces/{space.pk}/{call.path}", call.body)


def test_every_action_is_here():
    assert set(ACTS) | GRANTS == set(Action) == set(ALLOWED)
    assert set(ON_SOMEBODY) == set(MAY_ACT_ON)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("action", list(ACTS))
def test_every_cell(action, who, api, now):
    world = make_world(now)
    actor = world.people[who]
    call = ACTS[action](world, actor)
    answer = send(api(actor), world.space, call)
    if who in Role.values and Role(who) in ALLOWED[action]:
        assert answer.status_code in (200, 201, 204), answer.content
        # Done twice it answers the same (a message or a post is a new one each time).
        if action not in ANEW:
            again = send(api(actor), world.space, call)
            assert (again.status_code, again.content) == (answer.status_code, answer.content)
    else:
        seq = world.space.seq
        assert answer.status_code in (403, 409), answer.content
        refused(answer, answer.status_code, refusal(action, who))
        world.space.refresh_from_db()
        assert world.space.seq == seq


@pytest.mark.parametrize("target", Role.values)
@pytest.mark.parametrize("by", ["host", "cohost"])
@pytest.mark.parametrize("action", list(MAY_ACT_ON))
def test_every_cell_of_acts_on_somebody(action, by, target, api, now):
    world = make_world(now)
    method, path = ON_SOMEBODY[action]
    user = world.others[target]
    call = on(method, path, "", user)
    if action == Action.HAND_OVER:
        call = Call(method, path, {"handle": user.handle}, "", {})
    answer = send(api(world.people[by]), world.space, call)
    expected = act_on_somebody(action, by, target)
    if expected:
        refused(answer, answer.status_code, expected)
    else:
        assert answer.status_code in (200, 204), answer.content


def act_on_somebody(action: Action, by: str, target: str) -> str:
    """The code of the refusal, or "" for what is allowed."""
    if action == Action.HAND_OVER and target == "host":
        return ""
    if Role(by) not in ALLOWED[action]:
        return "space.not_host"
    if target == "listener" and action in (Action.MUTE, Action.HAND_OVER):
        return "stage.not_on_stage"
    return "" if Role(target) in MAY_ACT_ON[action][Role(by)] else "space.above_your_role"


@pytest.mark.parametrize("action", list(ACTS))
def test_nothing_is_done_in_an_ended_space(action, api, now):
    world = make_world(now)
    call = ACTS[action](world, world.people["host"])
    space_end(space=world.space, by=world.people["host"], now=now)
    for who in (*Role.values, "outsider"):
        answer = send(api(world.people[who]), world.space, call)
        if action == Action.END:
            # It has ended: that is what the host wanted.
            assert answer.status_code == (200 if who == "host" else 403)
        else:
            refused(answer, 410, "space.ended")


@pytest.mark.parametrize("action", list(ACTS))
def test_guests_sign_in_first(action, api, now):
    world = make_world(now)
    call = ACTS[action](world, world.people["host"])
    refused(send(api(None), world.space, call), 401, "not_signed_in")
