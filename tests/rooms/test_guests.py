"""Listening without an account. (In a real LiveKit: tests/audio/test_guests.py.)"""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import guests, presence
from rooms.audio.sfu import AudioParticipant
from rooms.errors import GuestSignedIn, GuestsNotAllowed, GuestTokenInvalid, SpaceEnded, SpaceLocked
from rooms.models import Participation, Space
from rooms.services import guests as services
from rooms.services import reconcile
from rooms.services.lifecycle import space_end
from rooms.services.reconcile import reconcile_live_spaces
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

NOBODY = AnonymousUser()
SPACES = "/api/v1/spaces/"


@pytest.fixture
def open_space(space):
    """The Space, with guests allowed."""
    Space.objects.filter(pk=space.pk).update(guests_allowed=True)
    space.refresh_from_db()
    return space


@pytest.fixture
def guest_in(now):
    """`guest_in(space, "a")` lets in the guest of the browser "a"."""

    def joined(space, browser="a", *, later=None):
        key = guests.key_for(space.pk, browser)
        return services.guest_join(space=space, user=NOBODY, guest_key=key, now=later or now)

    return joined


class TestKeys:
    """A guest is a key that we have made."""

    def test_the_same_browser_is_the_same_guest_in_one_space_alone(self):
        here, there = uuid4(), uuid4()
        assert guests.key_for(here, "a") == guests.key_for(here, "a")
        assert len({guests.key_for(here, "a"), guests.key_for(here, "b"), guests.key_for(there, "a")}) == 3

    def test_ours_and_not_ours(self):
        here, there = uuid4(), uuid4()
        key = guests.key_for(here, "a")
        assert guests.is_key_of(here, key)
        for other in ("", "x", key[:-1], key + "0", "0" * len(key), "é" * len(key), key.upper() + "A"):
            assert not guests.is_key_of(here, other)
        assert not guests.is_key_of(there, key)

    def test_a_token_proves_the_key_for_its_time(self, at, now, settings):
        settings.SPACES_GUEST_TOKEN_SECONDS = 600
        space_id = uuid4()
        key = guests.key_for(space_id, "a")
        token, expires_at = guests.token_for(space_id, key, now=now)
        assert expires_at == at(600)
        assert guests.key_of_token(space_id, token, now=at(599)) == key
        with pytest.raises(GuestTokenInvalid):
            guests.key_of_token(space_id, token, now=at(600))
        assert guests.key_of_token(space_id, token, now=None) == key
        with pytest.raises(GuestTokenInvalid):
            guests.key_of_token(uuid4(), token, now=None)

    @pytest.mark.parametrize(
        "token",
        [
            "",
            "x",
            "a:b:c",
            "é",
            "\x00",
            "x" * 401,
            pytest.param(signing.dumps({"space": "s", "key": "k", "until": 9e9}), id="without salt"),
            pytest.param(signing.dumps("no guest's", salt="another"), id="another salt"),
        ],
    )
    def test_forged(self, token, now):
        for when in (now, None):
            with pytest.raises(GuestTokenInvalid):
                guests.key_of_token(uuid4(), token, now=when)


class TestJoin:
    """guest_join"""

    def test_guests_count_and_are_in_no_roster(self, open_space, guest_in, api, listener, join):
        join(open_space, listener)
        for browser in ("a", "b", "b"):
            guest_in(open_space, browser)
        assert presence.listener_counts([open_space.pk]) == {open_space.pk: 3}
        rows = api(None).get(f"{SPACES}{open_space.pk}/listeners/").json()["results"]
        assert [row["handle"] for row in rows] == [listener.handle]
        assert Participation.objects.count() == 2

    def test_only_where_the_host_allows_it(self, space, guest_in):
        with pytest.raises(GuestsNotAllowed):
            guest_in(space)
        assert presence.listener_counts([space.pk]) == {space.pk: 0}

    def test_the_space_as_it_is_now_decides(self, open_space, guest_in):
        Space.objects.update(guests_allowed=False)
        assert open_space.guests_allowed
        with pytest.raises(GuestsNotAllowed):
            guest_in(open_space)

    def test_not_after_the_end(self, open_space, host, guest_in, at, committed):
        with committed():
            space_end(space=open_space, by=host, now=at(5))
        with pytest.raises(SpaceEnded):
            guest_in(open_space, later=at(6))

    def test_a_locked_space_keeps_those_who_are_there(self, open_space, guest_in, at):
        here = guest_in(open_space, "a")
        Space.objects.update(locked_at=at(1))
        with pytest.raises(SpaceLocked):
            guest_in(open_space, "b", later=at(2))
        guest_in(open_space, "a", later=at(2))
        member = services.guest_present(space=open_space, user=NOBODY, token=here.token, now=at(3))
        assert member == guests.member_of(here.key)
        # Once gone, they are new.
        services.guest_leave(space=open_space, token=here.token, now=at(4))
        with pytest.raises(SpaceLocked):
            guest_in(open_space, "a", later=at(5))
        with pytest.raises(SpaceLocked):
            services.guest_present(space=open_space, user=NOBODY, token=here.token, now=at(5))

    def test_the_gates_of_higher_apps_are_asked(self, open_space, guest_in, settings):
        settings.SPACE_ENTRY_GATES = [*settings.SPACE_ENTRY_GATES, f"{__name__}.nobody_today"]
        with pytest.raises(GuestSignedIn, match="nobody today"):
            guest_in(open_space)

    def test_whoever_has_an_account_is_no_guest(self, open_space, guest_in, listener, now):
        """So that a removed person does not come back as one."""
        token = guest_in(open_space).token
        with pytest.raises(GuestSignedIn):
            services.guest_join(
                space=open_space, user=listener, guest_key=guests.key_for(open_space.pk, "a"), now=now
            )
        with pytest.raises(GuestSignedIn):
            services.guest_present(space=open_space, user=listener, token=token, now=now)

    def test_the_way_to_the_sound(self, open_space, guest_in, settings):
        settings.LIVEKIT_URL = "http://127.0.0.1:1"
        joined = guest_in(open_space)
        assert joined.audio.identity == f"guest-{joined.key}"
        assert joined.audio.room == open_space.audio_room


def nobody_today(space, user, participation):
    """A gate that refuses guests."""
    return None if user.is_authenticated else GuestSignedIn("nobody today")


class TestReconcile:
    """Presence and LiveKit agree with who may listen."""

    @pytest.fixture
    def settled(self, now, redis_wiped):
        """Presence has been kept for long enough to be believed."""
        redis_wiped()
        presence.touch("a-space-of-the-past", [1], now.replace(year=now.year - 1))

    def test_guests_are_not_taken_for_people_who_left(
        self, settled, open_space, host, guest_in, at, committed
    ):
        guest_in(open_space)
        presence.touch(open_space.pk, [host.pk], at(3))
        with committed():
            reconcile_live_spaces(now=at(3))
        assert presence.listener_counts([open_space.pk], at(3)) == {open_space.pk: 1}

    def test_switched_off_they_are_gone_within_a_round(
        self, settled, open_space, host, listener, join, guest_in, at, committed
    ):
        guest_in(open_space)
        join(open_space, listener)
        Space.objects.update(guests_allowed=False)
        with committed():
            reconcile_live_spaces(now=at(3))
        assert presence.listener_counts([open_space.pk], at(3)) == {open_space.pk: 1}

    def test_a_guest_who_is_not_seen_is_gone(self, settled, open_space, host, guest_in, at, committed):
        guest_in(open_space)
        assert presence.listener_counts([open_space.pk], at(19)) == {open_space.pk: 1}
        assert presence.listener_counts([open_space.pk], at(21)) == {open_space.pk: 0}

    def test_only_guests_of_ours_stay_in_livekit(self, open_space, space, at, monkeypatch):
        thrown_out = []
        monkeypatch.setattr("rooms.audio.sfu.remove", lambda room, identity: thrown_out.append(identity))
        key = guests.key_for(open_space.pk, "a")
        found = {
            identity: AudioParticipant(identity, may_publish=may_publish, hidden=True, is_agent=False)
            for identity, may_publish in [
                (f"guest-{key}", False),
                (f"guest-{guests.key_for(uuid4(), 'a')}", False),
                (f"guest-{guests.key_for(open_space.pk, 'b')}", True),
                ("guest-", False),
                ("7", True),
            ]
        }
        everybody = dict(found)
        reconcile.reconcile_guests(space=open_space, found=found, now=at(1))
        assert list(found) == ["7"]
        assert thrown_out == list(everybody)[1:4]
        assert presence.is_seen(open_space.pk, guests.member_of(key), at(1))
        thrown_out.clear()
        open_space.guests_allowed = False
        reconcile.reconcile_guests(space=open_space, found=everybody, now=at(1))
        assert len(thrown_out) == 4


class TestRest:
    """POST /spaces/{id}/guest-join/"""

    def test_join_and_leave(self, api, open_space):
        url = f"{SPACES}{open_space.pk}/"
        joined = api(None).post(f"{url}guest-join/").json()
        assert set(joined) == {"token", "expires_at", "audio", "snapshot"}
        assert joined["snapshot"]["me"] is None
        assert joined["snapshot"]["listeners"] == 1
        for _ in range(2):
            assert api(None).post(f"{url}guest-leave/", {"token": joined["token"]}).status_code == 204
        assert api(None).get(f"{url}snapshot/").json()["listeners"] == 0

    def test_a_browser_stays_the_same_guest(self, api, open_space):
        url = f"{SPACES}{open_space.pk}/guest-join/"
        browser = api(None)
        answer = browser.post(url)
        assert answer.cookies["guest"]["httponly"]
        assert answer.cookies["guest"]["samesite"] == "Lax"
        assert "sessionid" not in answer.cookies
        browser.post(url)
        assert presence.listener_counts([open_space.pk]) == {open_space.pk: 1}
        api(None).post(url)
        assert presence.listener_counts([open_space.pk]) == {open_space.pk: 2}

    def test_an_app_stays_the_same_guest(self, api, open_space):
        url = f"{SPACES}{open_space.pk}/guest-join/"
        token = api(None).post(url).json()["token"]
        renewed = api(None).post(url, {"token": token})
        assert "guest" not in renewed.cookies
        assert presence.listener_counts([open_space.pk]) == {open_space.pk: 1}

    def test_a_cookie_that_was_tampered_with_is_a_new_guest(self, api, open_space):
        url = f"{SPACES}{open_space.pk}/guest-join/"
        browser = api(None)
        browser.cookies["guest"] = "abc:def:ghi"
        assert browser.post(url).status_code == 200
        assert presence.listener_counts([open_space.pk]) == {open_space.pk: 1}

    def test_refusals(self, api, space, open_space, listener, at):
        url = f"{SPACES}{open_space.pk}/guest-join/"
        refused(api(listener).post(url), 409, "guest.signed_in")
        refused(api(None).post(f"{SPACES}{uuid4()}/guest-join/"), 404, "space.not_found")
        for token in ("x", "a:b:c", "é"):
            refused(api(None).post(url, {"token": token}), 400, "guest.token_invalid")
            refused(
                api(None).post(f"{SPACES}{open_space.pk}/guest-leave/", {"token": token}),
                400,
                "guest.token_invalid",
            )
        for token in (None, ["x"], "x" * 999, "\x00"):
            refused(api(None).post(url, {"token": token}), 400, "invalid")
        refused(api(None).post(f"{SPACES}{open_space.pk}/guest-leave/"), 400, "invalid")
        Space.objects.update(locked_at=at(1))
        refused(api(None).post(url), 403, "space.locked")
        Space.objects.update(guests_allowed=False)
        refused(api(None).post(url), 403, "space.guests_not_allowed")

    def test_a_crowd_from_one_address_has_to_wait(self, api, open_space, limit):
        limit("guest.join", address=(3, 100))
        client = api(None)
        # A network of its own, so that other tests do not count.
        address = {"REMOTE_ADDR": "192.0.2.77"}
        url = f"{SPACES}{open_space.pk}/guest-join/"
        answers = [client.post(url, **address) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        refused(answers[3], 429, "too_many")
        assert client.post(url, REMOTE_ADDR="192.0.2.78").status_code == 200

    def test_guests_can_do_nothing_else(self, api, open_space):
        url = f"{SPACES}{open_space.pk}/"
        browser = api(None)
        browser.post(f"{url}guest-join/")
        for path, body in [
            ("join/", {}),
            ("messages/", {"text": "Hi"}),
            ("reactions/", {"kind": "💯"}),
            ("leave/", {}),
            ("audio-connected/", {"connection": "x"}),
            ("end/", {}),
        ]:
            refused(browser.post(f"{url}{path}", body), 401, "not_signed_in")
        refused(browser.put(f"{url}mic/", {"muted": False}), 401, "not_signed_in")

    def test_a_join_costs_the_same_for_any_number(self, api, open_space, now):
        def queries():
            with CaptureQueriesContext(connection) as counted:
                assert api(None).post(f"{SPACES}{open_space.pk}/guest-join/").status_code == 200
            return len(counted)

        few = queries()
        crowd = [guests.member_of(guests.key_for(open_space.pk, str(number))) for number in range(1000)]
        presence.touch(open_space.pk, crowd, now)
        assert queries() == few <= 11
