"""Direct messages over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import person_block
from rooms.services.lifecycle import space_start
from social.models import ConversationSide, DirectMessage, InboxSettings
from social.services.direct import direct_send
from tests.factories import UserFactory
from tests.rooms.answers import refused
from tests.rooms.times import wire

pytestmark = pytest.mark.django_db

CONVERSATIONS = "/api/v1/conversations/"
SETTINGS = "/api/v1/me/inbox-settings/"


def to(user):
    """Where one writes to somebody."""
    return f"/api/v1/users/{user.handle}/messages/"


@pytest.fixture
def message(listener, speaker, now):
    """What the listener wrote to the speaker."""
    return direct_send(author=listener, to=speaker, text="Hello", now=now)


@pytest.fixture
def conversation(message):
    """Its address."""
    return f"{CONVERSATIONS}{message.conversation_id}/"


class TestWriting:
    def test_the_first_and_the_answer(self, api, listener, speaker):
        response = api(listener).post(to(speaker), {"text": " Hello\u202e "})
        assert response.status_code == 201
        body = response.json()
        assert set(body) == {"id", "author", "text", "space", "created_at"}
        assert (body["text"], body["author"]["handle"], body["space"]) == ("Hello", listener.handle, None)

        client = api(speaker)
        [row] = client.get(CONVERSATIONS).json()["results"]
        assert set(row) == {"id", "person", "last_text", "last_is_mine", "last_at", "unread"}
        assert (row["person"]["handle"], row["last_text"], row["unread"]) == (listener.handle, "Hello", 1)
        answer = client.post(f"{CONVERSATIONS}{row['id']}/messages/", {"text": "Hi"})
        assert answer.status_code == 201
        texts = [one["text"] for one in client.get(f"{CONVERSATIONS}{row['id']}/messages/").json()["results"]]
        assert texts == ["Hi", "Hello"]

    @pytest.mark.usefixtures("no_audio")
    def test_with_a_space(self, api, host, listener, speaker, now):
        space = space_start(host=host, title="Morning voices", now=now)
        body = api(listener).post(to(speaker), {"space_id": str(space.pk)}).json()
        assert (body["text"], body["space"]["title"], body["space"]["state"]) == (
            "",
            "Morning voices",
            "live",
        )
        assert body["space"]["started_at"] == wire(now)
        # A Space that is gone leaves a message without a card.
        DirectMessage.objects.update(space_id="0193a0b0-0000-7000-8000-000000000000")
        [row] = (
            api(speaker)
            .get(f"{CONVERSATIONS}{ConversationSide.objects.first().conversation_id}/messages/")
            .json()["results"]
        )
        assert row["space"] is None

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({}, "direct.empty"),
            ({"text": "\u200b"}, "direct.empty"),
            ({"text": "x" * 1001}, "direct.too_long"),
            ({"text": "x" * 20_001}, "invalid"),
            ({"text": None}, "invalid"),
            ({"text": ["x"]}, "invalid"),
            ({"text": "x", "space_id": "x"}, "invalid"),
            ({"text": "x", "space_id": "0193a0b0-0000-7000-8000-000000000000"}, "invalid"),
        ],
    )
    def test_bad_input(self, api, listener, speaker, body, code):
        assert refused(api(listener).post(to(speaker), body), 400, code)["fields"]
        assert not DirectMessage.objects.exists()

    def test_lone_surrogates_and_nul(self, api, listener, speaker):
        client = api(listener)
        broken = client.post(to(speaker), b'{"text": "\\ud800"}', content_type="application/json")
        refused(broken, 400, "malformed")
        refused(client.post(to(speaker), {"text": "a\x00b"}), 400, "invalid")

    def test_to_oneself_and_to_nobody(self, api, listener):
        refused(api(listener).post(to(listener), {"text": "x"}), 400, "direct.self")
        refused(api(listener).post("/api/v1/users/nobody_here/messages/", {"text": "x"}), 404, "not_found")
        refused(api(listener).post("/api/v1/users/%00/messages/", {"text": "x"}), 404, "not_found")

    @pytest.mark.parametrize("reason", ["setting", "blocks me", "blocked by me"])
    def test_the_refusal_does_not_tell_why(self, api, listener, speaker, now, reason):
        if reason == "setting":
            InboxSettings.objects.create(user=speaker, who_may_write="nobody")
        elif reason == "blocks me":
            person_block(owner=speaker, person=listener, now=now)
        else:
            person_block(owner=listener, person=speaker, now=now)
        body = refused(api(listener).post(to(speaker), {"text": "x"}), 403, "direct.not_accepted")
        assert body["message"] == "This person does not accept messages from you."

    def test_too_often(self, api, listener, speaker, limit):
        limit("direct.send", account=(1, 60))
        client = api(listener)
        client.post(to(speaker), {"text": "x"})
        response = client.post(to(speaker), {"text": "x"})
        refused(response, 429, "too_many")
        assert int(response["Retry-After"]) > 0


class TestReading:
    def test_may_write_is_told(self, api, listener, speaker, conversation, now):
        assert api(listener).get(conversation).json()["may_write"] is True
        person_block(owner=speaker, person=listener, now=now)
        for user in (listener, speaker):
            assert api(user).get(conversation).json()["may_write"] is False
            assert api(user).get(f"{conversation}messages/").json()["results"]

    def test_read(self, api, speaker, message, conversation):
        client = api(speaker)
        for _ in range(2):
            assert client.post(f"{conversation}read/", {"up_to": str(message.pk)}).status_code == 204
        assert client.get(conversation).json()["unread"] == 0

    @pytest.mark.parametrize("up_to", [None, "", "x", "-1", "1.5", "9" * 19, "٣", [1]])
    def test_read_up_to_what_is_none(self, api, speaker, conversation, up_to):
        refused(api(speaker).post(f"{conversation}read/", {"up_to": up_to}), 400, "invalid")
        assert api(speaker).get(conversation).json()["unread"] == 1

    def test_delete(self, api, listener, speaker, message, conversation):
        address = f"{conversation}messages/{message.pk}/"
        refused(api(speaker).delete(address), 404, "direct.not_found")
        for _ in range(2):
            assert api(listener).delete(address).status_code == 204
        for user in (listener, speaker):
            assert api(user).get(f"{conversation}messages/").json()["results"] == []
            assert api(user).get(CONVERSATIONS).json()["results"] == []

    @pytest.mark.parametrize("query", ["cursor=cD1hYmM%3D", "cursor=x", "cursor=cD0lMDA%3D"])
    def test_bad_cursors(self, api, listener, conversation, query):
        for address in (CONVERSATIONS, f"{conversation}messages/"):
            refused(api(listener).get(f"{address}?{query}"), 400, "cursor.invalid")


class TestOthers:
    """Whose conversation it is not, to them it does not exist."""

    def test_nothing_leaks(self, api, outsider, staff, message, conversation):
        unknown = f"{CONVERSATIONS}{message.conversation_id + 1000}/"
        huge = f"{CONVERSATIONS}{2**70}/"
        for user in (outsider, staff):
            client = api(user)
            answers = []
            for address in (conversation, unknown, huge):
                answers += [
                    [
                        client.get(address),
                        client.get(f"{address}messages/"),
                        client.post(f"{address}messages/", {"text": "x"}),
                        client.post(f"{address}read/", {"up_to": "1"}),
                        client.delete(f"{address}messages/{message.pk}/"),
                    ]
                ]
            theirs, none, beyond = ([refused(one, 404, "direct.not_found") for one in row] for row in answers)
            assert theirs == none == beyond
            assert client.get(CONVERSATIONS).json()["results"] == []
        assert DirectMessage.objects.filter(deleted_at__isnull=True).count() == 1

    def test_guests(self, api, conversation, speaker):
        client = api(None)
        for response in (
            client.get(CONVERSATIONS),
            client.get(conversation),
            client.get(f"{conversation}messages/"),
            client.post(f"{conversation}messages/", {"text": "x"}),
            client.post(f"{conversation}read/", {"up_to": "1"}),
            client.delete(f"{conversation}messages/1/"),
            client.post(to(speaker), {"text": "x"}),
            client.get(SETTINGS),
            client.put(SETTINGS, {"who_may_write": "nobody"}),
        ):
            refused(response, 401, "not_signed_in")


class TestSettings:
    def test_who_may_write(self, api, listener):
        client = api(listener)
        assert client.get(SETTINGS).json() == {"who_may_write": "everyone"}
        for chosen in ("following", "nobody", "nobody"):
            assert client.put(SETTINGS, {"who_may_write": chosen}).json() == {"who_may_write": chosen}
            assert client.get(SETTINGS).json() == {"who_may_write": chosen}
        refused(client.put(SETTINGS, {"who_may_write": "friends"}), 400, "invalid")
        refused(client.put(SETTINGS, {}), 400, "invalid")

    def test_how_far_notifications_were_seen_stays(self, api, listener):
        InboxSettings.objects.create(user=listener, seen_notification_id=7)
        api(listener).put(SETTINGS, {"who_may_write": "nobody"})
        assert InboxSettings.objects.get(user=listener).seen_notification_id == 7


def test_ten_and_two_hundred_take_the_same_queries(api, listener, now, limit):
    limit("direct.send")
    client = api(listener)

    def more(count):
        for person in UserFactory.create_batch(count):
            direct_send(author=person, to=listener, text="Hello", now=now)

    def queries(path):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(path, {"limit": 100}).status_code == 200
        return len(counted)

    queries(CONVERSATIONS)  # notes that the session is used
    more(10)
    newest = ConversationSide.objects.filter(user=listener).order_by("-pk")[0]
    inside = f"{CONVERSATIONS}{newest.conversation_id}/messages/"
    few = [queries(CONVERSATIONS), queries(inside)]
    more(190)
    for _ in range(90):
        direct_send(author=newest.other, to=listener, text="Again", now=now)
    assert [queries(CONVERSATIONS), queries(inside)] == few == [3, 4]
