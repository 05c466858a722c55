"""A live Space with somebody in every role, and each act in it as HTTP and the socket say it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from recordings.models import CaptionLine
from rooms.models import Invitation, Pin, Role, RoomMessage, Space, SpeakRequest
from rooms.permissions import Action
from rooms.services.control import space_remove
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from rooms.services.locks import locked_participation, locked_space
from rooms.services.seats import put_on_stage
from rooms.services.stage import stage_move_to_listeners
from tests.factories import HostingWaiverFactory, UserFactory


def seat(space: Space, user: User, role: str, now: datetime) -> None:
    """Bring somebody into the Space, and on its stage unless they are to listen."""
    space_join(space=space, user=user, now=now)
    if role == Role.LISTENER:
        return
    with transaction.atomic():
        locked = locked_space(space.pk)
        participation = locked_participation(locked, user.pk)
        assert participation is not None
        put_on_stage(locked, participation, role=Role(role), now=now)


@dataclass
class World:
    """`people` maps "host", "cohost", "speaker", "listener", "outsider" and "removed" to somebody who is that; `others` to a
    second one of each role (the host to themselves). The listener of `others` asks to speak, and is not invited.
    """

    space: Space
    people: dict[str, User]
    others: dict[str, User]
    now: datetime


def make_world(now: datetime) -> World:
    """A Space with all of them in it; LiveKit is left out of it."""
    host = UserFactory()
    HostingWaiverFactory(user=host)
    space = space_start(host=host, title="Everybody", now=now)
    space_join(space=space, user=host, now=now)
    people: dict[str, User] = {"host": host}
    others: dict[str, User] = {"host": host}
    for role in ("cohost", "speaker", "listener"):
        for group in (people, others):
            group[role] = UserFactory()
            seat(space, group[role], role, now)
    people["outsider"], people["removed"] = UserFactory(), UserFactory()
    space_join(space=space, user=people["removed"], now=now)
    space_remove(space=space, by=host, user=people["removed"], now=now)
    return World(Space.objects.get(pk=space.pk), people, others, now)


@dataclass(frozen=True)
class Call:
    """One act: `method`, `path` below the Space and `body` for HTTP, `type` and `data` for the socket."""

    method: str
    path: str
    body: dict[str, Any] | None
    type: str
    data: dict[str, Any]


Make = Callable[[World, User], Call]


def _plain(method: str, path: str, type: str, **body: Any) -> Make:
    return lambda world, actor: Call(method, path, body or None, type, body)


def on(method: str, path: str, type: str, user: User, **data: Any) -> Call:
    """An act on somebody, named in the path by HTTP and by id on the socket."""
    return Call(method, path.format(user.handle), None, type, {"user": str(user.pk)} | data)


def _asked(type: str, path: str) -> Make:
    def make(world: World, actor: User) -> Call:
        asker = world.others["listener"]
        waiting = {"state": SpeakRequest.State.WAITING, "defaults": {"asked_at": world.now}}
        SpeakRequest.objects.get_or_create(space=world.space, user=asker, **waiting)
        return on("post", path, type, asker)

    return make


def _invite(role: str, to: str) -> Make:
    def make(world: World, actor: User) -> Call:
        user = world.others[to]
        body = {"handle": user.handle, "role": role}
        return Call("post", "invitations/", body, "stage.invite", {"user": str(user.pk), "role": role})

    return make


def _withdraw(world: World, actor: User) -> Call:
    user = world.others["listener"]
    Invitation.objects.create(space=world.space, user=user, by=world.people["host"], role=Role.SPEAKER)
    return on("delete", "invitations/{}/", "stage.invite_withdraw", user)


def _answer(type: str, path: str, state: str) -> Make:
    """An answer to an open invitation; a co-host can only have answered already."""

    def make(world: World, actor: User) -> Call:
        role = {"listener": Role.SPEAKER, "speaker": Role.COHOST, "cohost": Role.COHOST}
        name = next(name for name, user in world.people.items() if user == actor)
        if name in role:
            answered = {"state": state, "decided_at": world.now} if name == "cohost" else {}
            Invitation.objects.create(
                space=world.space, user=actor, by=world.people["host"], role=role[name], **answered
            )
        if name == "speaker":
            # There are two co-hosts: one has to make room.
            put_down(world, world.others["cohost"])
        return Call("post", path, None, type, {})

    return make


def put_down(world: World, user: User) -> None:
    """Take somebody off the stage."""
    stage_move_to_listeners(space=world.space, by=world.people["host"], user=user, now=world.now)


def _unpin(world: World, actor: User) -> Call:
    pin = Pin.objects.create(space=world.space, title="A pin", by=world.people["host"])
    return Call("delete", f"pins/{pin.pk}/", None, "space.unpin", {"pin": str(pin.pk)})


def _hand_over(world: World, actor: User) -> Call:
    heir = world.others["speaker"]
    return Call("post", "hand-over/", {"handle": heir.handle}, "space.hand_over", {"user": str(heir.pk)})


def _delete_message(world: World, actor: User) -> Call:
    message = RoomMessage.objects.create(space=world.space, author=world.others["listener"], text="Hello")
    return Call("delete", f"messages/{message.pk}/", None, "message.delete", {"message": str(message.pk)})


def _remove_caption(world: World, actor: User) -> Call:
    line = CaptionLine.objects.create(
        space=world.space,
        user=world.others["speaker"],
        speaker_name="Somebody",
        starts_at_ms=0,
        ends_at_ms=1000,
        text="hello",
        language="en",
        engine="none",
    )
    return Call("delete", f"captions/{line.pk}/", None, "captions.remove", {"line": str(line.pk)})


def _decide_message(what: str) -> Make:
    def make(world: World, actor: User) -> Call:
        message = RoomMessage.objects.create(
            space=world.space, author=world.others["listener"], text="Hello", held_at=world.now
        )
        path = f"messages/{message.pk}/{what}/"
        return Call("post", path, None, f"message.{what}", {"message": str(message.pk)})

    return make


def _on(method: str, path: str, type: str, role: str) -> Make:
    return lambda world, actor: on(method, path, type, world.others[role])


# Every action that is an act; LISTEN and PUBLISH are rights in LiveKit (tests/audio).
ACTS: dict[Action, Make] = {
    Action.MIC_SET: _plain("put", "mic/", "mic.set", muted=True),
    Action.REQUEST: _plain("post", "requests/", "stage.request", pitch="Please"),
    Action.REQUEST_WITHDRAW: _plain("delete", "requests/mine/", "stage.request_withdraw"),
    Action.REQUEST_ACCEPT: _asked("stage.request_accept", "requests/{}/accept/"),
    Action.REQUEST_DECLINE: _asked("stage.request_decline", "requests/{}/decline/"),
    Action.REQUESTS_CLEAR: _plain("delete", "requests/", "stage.requests_clear"),
    Action.INVITE: _invite("speaker", "listener"),
    Action.INVITE_COHOST: _invite("cohost", "speaker"),
    Action.INVITE_WITHDRAW: _withdraw,
    Action.INVITE_ACCEPT: _answer("stage.invite_accept", "invitations/mine/accept/", "accepted"),
    Action.INVITE_DECLINE: _answer("stage.invite_decline", "invitations/mine/decline/", "declined"),
    Action.STEP_DOWN: _plain("post", "stage/step-down/", "stage.step_down"),
    Action.MUTE: _on("post", "stage/{}/mute/", "stage.mute", "speaker"),
    Action.MUTE_ALL: _plain("post", "stage/mute-all/", "stage.mute_all"),
    Action.MOVE_TO_LISTENERS: _on(
        "post", "stage/{}/move-to-listeners/", "stage.move_to_listeners", "speaker"
    ),
    Action.REMOVE: _on("post", "participants/{}/remove/", "space.remove", "listener"),
    Action.LOCK: _plain("put", "lock/", "space.lock", locked=True),
    Action.EDIT: _plain("patch", "", "space.edit", title="Another title"),
    Action.PIN: _plain("post", "pins/", "space.pin", title="A pin"),
    Action.UNPIN: _unpin,
    Action.HAND_OVER: _hand_over,
    Action.END: _plain("post", "end/", "space.end"),
    Action.RECORDING_START: _plain("post", "recording/start/", "recording.start"),
    Action.RECORDING_STOP: _plain("post", "recording/stop/", "recording.stop"),
    Action.RECORDING_CONSENT: _plain("post", "recording/consent/", "recording.consent"),
    Action.CAPTION_REMOVE: _remove_caption,
    Action.REACT: _plain("post", "reactions/", "space.react", kind="❤️"),
    Action.SPACE_POST: _plain("post", "posts/", "space.post", text="Come and listen"),
    Action.MESSAGE_POST: _plain("post", "messages/", "message.post", text="Hello"),
    Action.MESSAGE_DELETE: _delete_message,
    Action.MESSAGE_APPROVE: _decide_message("approve"),
    Action.MESSAGE_DECLINE: _decide_message("decline"),
}

ON_SOMEBODY: dict[Action, tuple[str, str]] = {
    Action.MUTE: ("post", "stage/{}/mute/"),
    Action.MOVE_TO_LISTENERS: ("post", "stage/{}/move-to-listeners/"),
    Action.REMOVE: ("post", "participants/{}/remove/"),
    Action.HAND_OVER: ("post", "hand-over/"),
}

# With what code the table refuses whom; all others are told that they are no moderators.
_BY_ACTION = {
    Action.MIC_SET: "space.not_on_stage",
    Action.STEP_DOWN: "space.not_on_stage",
    Action.RECORDING_CONSENT: "space.not_on_stage",
    Action.REQUEST: "stage.already_on_stage",
    Action.REQUEST_WITHDRAW: "stage.already_on_stage",
    Action.INVITE_COHOST: "space.not_host",
    Action.INVITE_ACCEPT: "stage.not_invited",
    Action.INVITE_DECLINE: "stage.not_invited",
    Action.HAND_OVER: "space.not_host",
    Action.END: "space.not_host",
}
_JOIN_FIRST = (
    Action.REQUEST,
    Action.REQUEST_WITHDRAW,
    Action.INVITE_ACCEPT,
    Action.REACT,
    Action.SPACE_POST,
    Action.MESSAGE_POST,
)
# Done twice these are done twice: each is a new one.
ANEW = (Action.MESSAGE_POST, Action.SPACE_POST)


def refusal(action: Action, who: str) -> str:
    """The code with which `action` is refused to one who may not."""
    if who == "removed":
        return "space.removed"
    if who == "outsider" and action in _JOIN_FIRST:
        return "space.not_joined"
    return _BY_ACTION.get(action, "space.not_moderator")
