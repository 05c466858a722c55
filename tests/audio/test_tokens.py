"""Tokens: exactly the rights they should carry, and what LiveKit makes of those that are not right."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings

from rooms.audio import sfu
from rooms.audio.tokens import audio_ticket, identity_of, user_id_of
from rooms.demo.sound import NoSound
from rooms.models import Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end

pytestmark = [pytest.mark.livekit]


@pytest.mark.parametrize("who", ["host", "listener"])
def test_a_ticket_opens_one_room_to_hear_hidden_and_nothing_else(who, space, request, now):
    user = request.getfixturevalue(who)
    ticket = space_join(space=space, user=user, now=now).audio

    claims = jwt.decode(
        ticket.token, settings.LIVEKIT_API_SECRET, algorithms=["HS256"], issuer=settings.LIVEKIT_API_KEY
    )
    assert claims["sub"] == ticket.identity == str(user.pk)
    assert claims["exp"] - claims["nbf"] == settings.LIVEKIT_TOKEN_SECONDS <= 120
    assert {name: value for name, value in claims["video"].items() if value not in (None, [])} == {
        "roomJoin": True,
        "room": f"{space.pk}.1",
        "hidden": True,
        "canSubscribe": True,
        "canPublish": False,
        "canPublishData": False,
        "canUpdateOwnMetadata": False,
    }
    # Nothing else is granted beside the room: no SIP, no agents, no room configuration, no metadata of the person.
    assert {name for name, value in claims.items() if value} <= {"sub", "iss", "nbf", "exp", "video"}
    assert (ticket.url, ticket.room) == (settings.LIVEKIT_WS_URL, space.audio_room)


def test_the_expiry_told_is_the_expiry_signed(space, listener, now):
    ticket = space_join(space=space, user=listener, now=now).audio
    signed = jwt.decode(ticket.token, settings.LIVEKIT_API_SECRET, algorithms=["HS256"])["exp"]
    assert abs(ticket.expires_at.timestamp() - signed) < 5


def test_without_an_audio_server_there_is_no_ticket(settings, now):
    settings.LIVEKIT_URL = ""
    assert audio_ticket(space=Space(), user_id=1, now=now) is None


@pytest.mark.parametrize("identity", ["", "agent", "-1", "1.5", "١", "9" * 19, "1 ", "1\n"])
def test_an_identity_that_we_never_gave_out_is_nobody(identity):
    assert user_id_of(identity) is None


def test_an_identity_is_the_person():
    assert user_id_of(identity_of(42)) == 42


def test_a_ticket_lets_in(space, listener, enter):
    enter(space, listener)
    [found] = sfu.participants(space.audio_room)
    assert (found.identity, found.may_publish, found.hidden) == (str(listener.pk), False, True)


def _changed(token: str) -> str:
    """The token with the right to publish written into it, and its old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["video"]["canPublish"] = True
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize(
    "case",
    [
        "changed",
        "expired",
        "other_secret",
        "other_key",
        "ended_room",
        "no_such_room",
        "no_algorithm",
        "garbage",
    ],
)
def test_livekit_refuses_what_is_not_right(case, space, listener, person, handmade, now):
    good = space_join(space=space, user=listener, now=now).audio.token
    unsigned = {
        "iss": settings.LIVEKIT_API_KEY,
        "sub": "1",
        "video": {"roomJoin": True, "room": space.audio_room},
    }
    token = {
        "changed": lambda: _changed(good),
        "expired": lambda: handmade(space.audio_room, "1", seconds=-90),
        "other_secret": lambda: handmade(
            space.audio_room, "1", secret="another-secret-of-32-characters-or-more"
        ),
        "other_key": lambda: handmade(space.audio_room, "1", key="somebody-else"),
        "ended_room": lambda: good,
        "no_such_room": lambda: handmade(f"{space.pk}.2", "1"),
        "no_algorithm": lambda: jwt.encode(unsigned, None, algorithm="none"),
        "garbage": lambda: "not a token",
    }[case]()
    if case == "ended_room":
        space_end(space=space, by=None, now=now + timedelta(seconds=1), reason="staff")

    with pytest.raises(NoSound):
        person().connect(token)
    assert sfu.participants(space.audio_room) == []
    assert f"{space.pk}.2" not in sfu.room_names()


def test_a_token_for_one_room_opens_no_other(space, start_space, listener, cohost, person, now):
    """The room is in the signed token: there is nothing a client could ask for beside it."""
    other = start_space(cohost)
    person().connect(space_join(space=space, user=listener, now=now).audio.token)
    assert [one.identity for one in sfu.participants(space.audio_room)] == [str(listener.pk)]
    assert sfu.participants(other.audio_room) == []
