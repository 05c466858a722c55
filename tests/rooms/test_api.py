"""Spaces over REST: what an app does, and what it is told when it may not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import presence, selectors
from rooms.models import Participation, Role, Space, Topic
from rooms.services.lifecycle import space_end
from tests.factories import FollowFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

SPACES = "/api/v1/spaces/"


def refused(response, status, code):
    """The refusal has the one shape of all refusals."""
    assert response.status_code == status, response.content
    body = response.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["code"] == code
    assert body["message"]
    return body


class TestStart:
    """POST /spaces/"""

    def test_the_host_goes_live(self, api, host):
        slugs = [topic.slug for topic in Topic.objects.all()[:2]]
        body = {"title": "Morning voices", "topics": slugs, "language": "es", "speak_policy": "invited"}
        answer = api(host).post(SPACES, body)
        assert answer.status_code == 201
        space = answer.json()
        assert space["host"] == {"id": str(host.pk), "handle": host.handle, "name": host.name, "picture": ""}
        assert {topic["slug"] for topic in space["topics"]} == set(slugs)
        assert (space["state"], space["language"], space["speak_policy"]) == ("live", "es", "invited")
        assert api(host).get(f"{SPACES}{space['id']}/").json() == space

    def test_who_may_not_host_is_told_what_is_missing(self, api, listener):
        body = refused(api(listener).post(SPACES, {"title": "Mine"}), 403, "space.host_not_eligible")
        assert "0 of 600" in body["message"]

    def test_guests_sign_in_first(self, api):
        refused(api(None).post(SPACES, {"title": "Mine"}), 401, "not_signed_in")

    @pytest.mark.parametrize(
        ("field", "body"),
        [
            ("title", {}),
            ("title", {"title": ""}),
            ("title", {"title": None}),
            ("title", {"title": "x" * 71}),
            ("title", {"title": "x" * 5000}),
            ("title", {"title": ["Mine"]}),
            ("topics", {"title": "Mine", "topics": "music"}),
            ("topics", {"title": "Mine", "topics": ["a", "b", "c", "d"]}),
            ("topics", {"title": "Mine", "topics": ["no-such-topic"]}),
            ("language", {"title": "Mine", "language": "tlh"}),
            ("speak_policy", {"title": "Mine", "speak_policy": 7}),
        ],
    )
    def test_bad_input_names_its_field(self, api, host, field, body):
        answer = refused(api(host).post(SPACES, body), 400, "invalid")
        assert any(name.startswith(field) for name in answer["fields"])
        assert not Space.objects.exists()

    def test_one_space_at_a_time(self, api, host, space):
        refused(api(host).post(SPACES, {"title": "Another"}), 409, "space.already_live")


class TestRead:
    """GET /spaces/ and what is below a Space."""

    def test_anybody_may_look(self, api, space, host):
        for person in (None, host):
            answer = api(person).get(f"{SPACES}{space.pk}/snapshot/").json()
            assert [one["role"] for one in answer["stage"]] == ["host"]
        assert api(None).get(f"{SPACES}{space.pk}/snapshot/").json()["me"] is None
        # What apps above add to it (`SPACE_SNAPSHOT_PARTS`) is there over REST as on the socket.
        assert answer.keys() == selectors.snapshot(space=space, user=person).keys()

    @pytest.mark.parametrize("rest", ["", "snapshot/", "listeners/"])
    def test_what_does_not_exist(self, api, listener, rest):
        refused(api(listener).get(f"{SPACES}{uuid4()}/{rest}"), 404, "space.not_found")

    def test_not_an_id(self, api, listener):
        refused(api(listener).get(f"{SPACES}not-an-id/"), 404, "not_found")

    def test_lists_are_pages(self, api, host, now):
        for number in range(5):
            ended = Space.objects.create(
                host=host,
                title=f"Space {number}",
                state="ended",
                started_at=now,
                ended_at=now,
                end_reason="host",
            )
        client = api(None)
        first = client.get(SPACES, {"limit": 3, "state": "ended", "host": host.handle.upper()}).json()
        assert first["results"][0]["id"] == str(ended.pk)
        rest = client.get(first["next"]).json()
        assert len(first["results"]) + len(rest["results"]) == 5
        assert rest["next"] is None

    @pytest.mark.parametrize("query", [{"state": "gone"}, {"cursor": "cD1hYmM="}, {"cursor": "cD0x"}])
    def test_a_bad_filter_is_refused(self, api, query):
        answer = api(None).get(SPACES, query)
        assert answer.status_code == 400, answer.content
        assert answer.json()["code"] in ("invalid", "cursor.invalid")

    def test_a_list_of_ten_and_of_forty_take_the_same_queries(self, api, now):
        def queries():
            with CaptureQueriesContext(connection) as counted:
                assert api(None).get(SPACES, {"limit": 100}).status_code == 200
            return len(counted)

        def more(count):
            for user in UserFactory.create_batch(count):
                one = Space.objects.create(host=user, title="Live", started_at=now)
                one.topics.set(Topic.objects.all()[:3])
                Participation.objects.create(space=one, user=user, role=Role.HOST)

        more(10)
        few = queries()
        more(30)
        assert queries() == few <= 3


class TestTakePart:
    """Join, leave, mic, end."""

    def test_join_and_leave(self, api, space, listener):
        client = api(listener)
        joined = client.post(f"{SPACES}{space.pk}/join/").json()
        assert joined["role"] == "listener"
        assert joined["audio"] is None
        assert joined["snapshot"]["me"]["connection"] == joined["connection"]
        listeners = client.get(f"{SPACES}{space.pk}/listeners/").json()
        assert [one["handle"] for one in listeners["results"]] == [listener.handle]
        for _ in range(2):
            body = {"connection": joined["connection"]}
            assert client.post(f"{SPACES}{space.pk}/leave/", body).status_code == 204
        assert client.get(f"{SPACES}{space.pk}/listeners/").json()["results"] == []

    def test_a_join_comes_with_the_way_to_the_sound(self, api, space, listener, settings):
        settings.LIVEKIT_URL = "http://127.0.0.1:1"
        audio = api(listener).post(f"{SPACES}{space.pk}/join/").json()["audio"]
        assert set(audio) == {"url", "token", "room", "identity", "expires_at"}
        assert audio["identity"] == str(listener.pk)

    def test_guests_do_not_join(self, api, space):
        refused(api(None).post(f"{SPACES}{space.pk}/join/"), 401, "not_signed_in")

    def test_an_ended_space_is_gone(self, api, space, host, listener, at):
        space_end(space=space, by=host, now=at(5))
        body = refused(api(listener).post(f"{SPACES}{space.pk}/join/"), 410, "space.ended")
        assert body["message"] == "This Space has ended."

    def test_the_microphone(self, api, space, host, listener):
        url = f"{SPACES}{space.pk}/mic/"
        assert api(host).put(url, {"muted": False}).json() == {"muted": False}
        refused(api(listener).put(url, {"muted": False}), 403, "space.not_on_stage")
        refused(api(host).put(url, {"muted": "perhaps"}), 400, "invalid")

    def test_only_the_host_ends(self, api, space, host, listener):
        url = f"{SPACES}{space.pk}/end/"
        refused(api(listener).post(url), 403, "space.not_host")
        first, again = api(host).post(url).json(), api(host).post(url).json()
        assert first == again
        assert (first["state"], first["end_reason"]) == ("ended", "host")

    def test_audio_connected_tells_an_older_device(self, api, space, host):
        client = api(host)
        older = client.post(f"{SPACES}{space.pk}/join/").json()["connection"]
        client.post(f"{SPACES}{space.pk}/join/")
        answer = client.post(f"{SPACES}{space.pk}/audio-connected/", {"connection": older})
        refused(answer, 409, "space.superseded")

    @pytest.mark.parametrize("connection_id", ["", "é" * 10, "x" * 33, None, 5.5, "\x00"])
    def test_a_connection_that_is_none(self, api, space, host, connection_id):
        client = api(host)
        answer = client.post(f"{SPACES}{space.pk}/audio-connected/", {"connection": connection_id})
        assert answer.status_code in (400, 409), answer.content


class TestBubbles:
    """GET /bubbles/"""

    def test_for_followers_of_somebody_on_stage(self, api, space, host, listener, outsider):
        FollowFactory(follower=listener, followee=host)
        [bubble] = api(listener).get("/api/v1/bubbles/").json()
        assert bubble["space"] == str(space.pk)
        assert [person["handle"] for person in bubble["people"]] == [host.handle]
        assert bubble["others"] == 0
        assert api(outsider).get("/api/v1/bubbles/").json() == []
        refused(api(None).get("/api/v1/bubbles/"), 401, "not_signed_in")

    def test_the_queries_do_not_grow(self, api, listener, now):
        def queries():
            with CaptureQueriesContext(connection) as counted:
                found = api(listener).get("/api/v1/bubbles/").json()
            return len(found), len(counted)

        def more(count):
            for user in UserFactory.create_batch(count):
                FollowFactory(follower=listener, followee=user)
                one = Space.objects.create(host=user, title="Live", started_at=now)
                Participation.objects.create(space=one, user=user, role=Role.HOST, on_stage_since=now)

        more(2)
        _, few = queries()
        more(20)
        assert queries() == (22, few)


def test_topics(api):
    found = api(None).get("/api/v1/topics/").json()
    assert len(found) >= 20
    assert set(found[0]) == {"slug", "name", "is_following", "live"}


def test_presence_counts_listeners_and_not_the_stage(api, space, host, listener, join):
    join(space, listener)
    assert presence.listener_counts([space.pk]) == {space.pk: 1}
    assert api(None).get(SPACES).json()["results"][0]["listeners"] == 1


def test_live_spaces_begin_with_those_one_follows(space, listener, now):
    FollowFactory(follower=listener, followee=space.host)
    newer = Space.objects.create(host=UserFactory(), title="Newer", started_at=now + timedelta(minutes=1))
    assert [one.pk for one in selectors.live_spaces(listener)] == [space.pk, newer.pk]
    assert [one.pk for one in selectors.live_spaces(AnonymousUser())] == [newer.pk, space.pk]


def test_without_redis_the_api_goes_on(api, host, settings):
    """Counts and frames rest; what is true stays true. Nobody new can sign in, and is told so."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}}
    layer = settings.CHANNEL_LAYERS["default"] | {"CONFIG": {"hosts": [settings.REDIS_URL]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    started = api(host).post(SPACES, {"title": "Still here"})
    assert started.status_code == 201
    joined = api(host).post(f"{SPACES}{started.json()['id']}/join/")
    assert joined.status_code == 200
    credentials = {"login": host.handle, "password": "wrong"}
    # allauth cannot count guesses then, and refuses to be guessed at.
    assert api(None).post("/accounts/login/", credentials, format="multipart").status_code == 429
