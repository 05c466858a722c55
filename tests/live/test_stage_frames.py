"""What the stage says over the socket, and to whom."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from rooms.live.commands import commands
from rooms.live.database import in_database
from rooms.models import Role
from rooms.services import control, invitations, requests, stage
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end
from tests.factories import FollowFactory, UserFactory
from tests.live.test_space_frames import watch
from tests.rooms.world import ACTS, make_world, seat

pytestmark = pytest.mark.usefixtures("no_audio")


def now() -> datetime:
    return datetime.now(UTC)


def card(user: Any) -> dict[str, Any]:
    """Somebody, as frames show them."""
    return {"id": str(user.pk), "handle": user.handle, "name": user.name, "picture": ""}


async def test_the_queue_is_told_to_moderators_and_each_asker_their_place(
    connect, space, host, cohost, listener, outsider
):
    await in_database(seat)(space, cohost, Role.COHOST, now())
    for user in (listener, outsider):
        await in_database(seat)(space, user, Role.LISTENER, now())
    moderators = [await connect(host), await connect(cohost)]
    asker, other = await connect(listener), await connect(outsider)
    for socket in (*moderators, asker, other):
        await watch(socket, space)
    reply = await asker.ask("stage.request", space=str(space.pk), pitch="  I was  there ")
    asked_at = reply["data"]["request"]["asked_at"]
    assert reply["data"] == {"request": {"pitch": "I was there", "asked_at": asked_at, "before": 0}}
    reply = await other.ask("stage.request", space=str(space.pk))
    assert reply["data"]["request"]["before"] == 1
    for moderator in moderators:
        added = (await moderator.next("request.added"))["data"]["request"]
        assert added == card(listener) | {
            "pitch": "I was there",
            "asked_at": asked_at,
            "follower_count": 0,
            "times_spoken": 0,
        }
    await moderators[1].ask("stage.request_accept", space=str(space.pk), user=str(listener.pk))
    assert (await asker.next("request.decided"))["data"] == {"accepted": True}
    assert (await other.next("request.position"))["data"] == {"before": 0}
    assert (await other.next("stage.joined"))["data"]["id"] == str(listener.pk)
    removed = (await moderators[0].next("request.removed"))["data"]
    assert removed == {"user": str(listener.pk), "reason": "accepted"}
    await moderators[0].ask("stage.requests_clear", space=str(space.pk))
    assert (await other.next("requests.cleared"))["data"] == {}
    for socket in (asker, other):
        assert not {"request.added", "request.removed"} & {frame["type"] for frame in await socket.quiet()}


async def test_the_queue_and_its_frames_are_the_fresh_queue(connect, space, host):
    """What the moderators' own frames make of an old snapshot is what a fresh one says."""
    socket = await connect(host)
    known = await watch(socket, space)
    queue = {one["id"]: one for one in known["queue"]}
    sent = {one["id"]: one for one in known["invitations"]}
    people = await in_database(UserFactory.create_batch)(6)
    moment = (now() + timedelta(seconds=n) for n in count(1))
    for user in people:
        await in_database(seat)(space, user, Role.LISTENER, next(moment))
        await in_database(requests.stage_request)(space=space, user=user, pitch="Me", now=next(moment))
    ask, drop, leave, invited, refuses, gone = people
    for act in (
        lambda: requests.stage_request_accept(space=space, by=host, user=ask, now=next(moment)),
        lambda: requests.stage_request_decline(space=space, by=host, user=drop, now=next(moment)),
        lambda: requests.stage_request_withdraw(space=space, user=leave, now=next(moment)),
        lambda: invitations.stage_invite(space=space, by=host, user=invited, now=next(moment)),
        lambda: invitations.stage_invite(space=space, by=host, user=refuses, now=next(moment)),
        lambda: invitations.stage_invite(space=space, by=host, user=leave, now=next(moment)),
        lambda: invitations.stage_invite_decline(space=space, user=refuses, now=next(moment)),
        lambda: invitations.stage_invite_accept(space=space, user=invited, now=next(moment)),
        lambda: control.space_remove(space=space, by=host, user=gone, now=next(moment)),
    ):
        await in_database(act)()
    await socket.quiet()
    for frame in list(socket.unread):
        data = frame.get("data")
        match frame["type"]:
            case "request.added":
                queue[data["request"]["id"]] = data["request"]
            case "request.removed":
                del queue[data["user"]]
            case "invitation.sent":
                sent[data["invitation"]["id"]] = data["invitation"]
            case "invitation.closed":
                del sent[data["user"]]
    fresh = await watch(socket, space)
    assert list(queue.values()) == fresh["queue"]
    assert list(sent.values()) == fresh["invitations"]
    assert [one["id"] for one in fresh["queue"]] == [str(refuses.pk)]
    assert [one["id"] for one in fresh["invitations"]] == [str(leave.pk)]


async def test_a_follower_is_invited_from_outside_comes_in_and_is_on_stage(connect, space, host, outsider):
    await in_database(FollowFactory)(follower=outsider, followee=host)
    hosts, theirs = await connect(host), await connect(outsider)
    user = str(outsider.pk)
    reply = await hosts.ask("stage.invite", space=str(space.pk), user=user, role="cohost")
    assert reply["data"] == {"role": "cohost"}
    received = await theirs.next("invitation.received")
    assert received["space"] == str(space.pk)
    assert received["data"] == {"title": "Morning voices", "role": "cohost", "by": card(host)}
    refused = await theirs.ask("stage.invite_accept", space=str(space.pk))
    assert refused["error"]["code"] == "space.not_joined"
    await in_database(space_join)(space=space, user=outsider, now=now())
    snapshot = await watch(theirs, space)
    assert snapshot["me"]["invitation"] == {"role": "cohost", "by": card(host)}
    assert snapshot["me"]["can"][:2] == ["audio.listen", "stage.request"]
    assert (snapshot["queue"], snapshot["invitations"]) == (None, None)
    reply = await theirs.ask("stage.invite_accept", space=str(space.pk))
    assert reply["data"] == {"role": "cohost"}
    assert (await theirs.next("stage.joined"))["data"]["role"] == "cohost"
    again = await watch(theirs, space)
    assert "stage.mute_all" in again["me"]["can"]
    assert (again["queue"], again["invitations"]) == ([], [])


@pytest.mark.parametrize("how", ["withdrawn", "ended", "inviter_stepped_down", "inviter_removed"])
async def test_invitations_that_are_void_are_taken_back(connect, space, host, cohost, listener, how):
    await in_database(seat)(space, cohost, Role.COHOST, now())
    await in_database(seat)(space, listener, Role.LISTENER, now())
    await in_database(invitations.stage_invite)(space=space, by=cohost, user=listener, now=now())
    theirs = await connect(listener)
    act = {
        "withdrawn": lambda: invitations.stage_invite_withdraw(
            space=space, by=host, user=listener, now=now()
        ),
        "ended": lambda: space_end(space=space, by=host, now=now()),
        "inviter_stepped_down": lambda: stage.stage_step_down(space=space, user=cohost, now=now()),
        "inviter_removed": lambda: control.space_remove(space=space, by=host, user=cohost, now=now()),
    }[how]
    await in_database(act)()
    assert (await theirs.next("invitation.withdrawn"))["space"] == str(space.pk)
    reply = await theirs.ask("stage.invite_accept", space=str(space.pk))
    assert reply["error"]["code"] == ("space.ended" if how == "ended" else "stage.not_invited")


async def test_who_is_removed_hears_no_more_and_every_command_is_refused(connect):
    world = await in_database(make_world)(now())
    space, user, host = world.space, world.people["listener"], world.people["host"]
    joined = await in_database(space_join)(space=space, user=user, now=now())
    connection = joined.participation.connection
    theirs, hosts = await connect(user), await connect(host)
    await watch(theirs, space)
    assert (await theirs.ask("space.present", space=str(space.pk), connection=connection))["ok"]
    await hosts.ask("space.remove", space=str(space.pk), user=str(user.pk))
    assert (await theirs.next("space.removed"))["space"] == str(space.pk)
    await theirs.quiet()
    theirs.unread.clear()
    await hosts.ask("space.edit", space=str(space.pk), title="Without them")
    calls = {action: await in_database(make)(world, host) for action, make in ACTS.items()}
    data: dict[str, dict[str, Any]] = {call.type: call.data for call in calls.values()}
    data |= {
        "space.watch": {},
        "space.present": {"connection": connection},
        "audio.connected": {"connection": connection},
        "captions.show": {},
    }
    without_effect = {"space.unwatch", "captions.hide", "space.leave", "guest.present", "guest.leave"}
    assert set(commands()) == set(data) | without_effect
    for name, more in data.items():
        reply = await theirs.ask(name, space=str(space.pk), **more)
        assert reply.get("error", {}).get("code") == "space.removed", (name, reply)
    assert not [frame for frame in await theirs.quiet() if "seq" in frame]
    reply = await theirs.ask("space.leave", space=str(space.pk))
    assert reply["data"] == {}
