"""What a client makes of a snapshot and an event, written from docs/protocol.md alone."""

from copy import deepcopy
from typing import Any

_POWER = ["host", "cohost", "speaker"]

Snapshot = dict[str, Any]


def fold(snapshot: Snapshot, event: dict[str, Any]) -> Snapshot:
    """The snapshot after `event`. One that it has already leaves it as it is; a missing one is an AssertionError."""
    if event["seq"] <= snapshot["seq"]:
        return snapshot
    assert event["seq"] == snapshot["seq"] + 1, f"missed what came before {event}"
    after = deepcopy(snapshot)
    after["seq"] = event["seq"]
    space, stage, data = after["space"], after["stage"], event["data"]
    match event["type"]:
        case "space.ended":
            space |= {"state": "ended", "ended_at": data["ended_at"], "end_reason": data["reason"]}
            space["host_absent_until"] = None
            after["captions"]["worker"] = "absent"
            after["recording"] = {"on": False, "since": None, "trouble": ""}
            for person in stage:
                person["present"] = False
        case "space.started":
            space |= {"state": "live"} | data
        case "space.moved":
            space |= data
        case "space.cancelled" | "space.expired":
            space |= {"state": event["type"].removeprefix("space."), "ended_at": data["ended_at"]}
        case "space.host_left":
            space["host_absent_until"] = data["ends_at"]
        case "space.host_returned":
            space["host_absent_until"] = None
        case "stage.joined":
            stage[:] = [person for person in stage if person["id"] != data["id"]]
            stage.append(data)
            stage.sort(key=lambda person: _POWER.index(person["role"]))
        case "stage.role_changed":
            person = _person(stage, data["user"])
            stage.remove(person)
            stage.append(person | {"role": data["role"]})
            stage.sort(key=lambda person: _POWER.index(person["role"]))
        case "space.edited":
            space |= data
        case "captions.changed":
            after["captions"] = data
        case "space.pins_changed":
            after["pins"] = data["pins"]
        case "space.host_changed":
            space |= {"host": data["host"], "host_absent_until": None}
        case "recording.started" | "recording.stopped" | "recording.trouble":
            after["recording"] = data
        case "stage.left":
            stage[:] = [person for person in stage if person["id"] != data["user"]]
        case "stage.muted":
            _person(stage, data["user"])["muted"] = data["muted"]
        case "stage.presence":
            _person(stage, data["user"])["present"] = data["present"]
        case other:
            raise AssertionError(f"the protocol has no event {other}")
    return after


def shared(snapshot: Snapshot) -> Snapshot:
    """What is the same for every reader, and not the ticks'."""
    own = ("me", "recording_consent", "queue", "invitations", "blocked_words", "listeners", "waiting")
    return {name: value for name, value in snapshot.items() if name not in own}


def _person(stage: list[dict[str, Any]], user: str) -> dict[str, Any]:
    (found,) = [person for person in stage if person["id"] == user]
    return found
