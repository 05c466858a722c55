"""What people write in the room."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms.errors import FollowersOnly, MessageNotFound, MessagesOff, NotInSpace, Removed, SpaceEnded
from rooms.models import Participation, Role, RoomMessage, Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end, space_start
from rooms.services.messages import message_delete, message_post
from spaces_project.lib.errors import Invalid, NotAllowed, TooMany
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused
from tests.rooms.times import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

SPACES = "/api/v1/spaces/"


def set_role(space, user, role):
    """Somebody in the Space becomes something else, without the ways there."""
    Participation.objects.filter(space=space, user=user).update(role=role)


@pytest.fixture
def write(committed, at):
    """`write(space, user, "Hello")` posts, a minute after the one before, so that no rate stops it."""
    minutes = iter(range(1, 100_000))

    def posted(space, user, text="Hello", **fields):
        with committed():
            return message_post(
                space=space, author=user, text=text, **{"now": at(60 * next(minutes)), **fields}
            )

    return posted


class TestPost:
    """message_post"""

    def test_everybody_in_the_space_is_told(self, space, listener, join, write, at, sent):
        join(space, listener)
        seq = Space.objects.get(pk=space.pk).seq
        message = write(space, listener, "  Hello \u202e there ", now=at(7))
        [frame] = [frame for frame in sent if frame["type"] == "message.posted"]
        assert frame == {
            "type": "message.posted",
            "space": str(space.pk),
            "group": f"space.{space.pk}",
            "data": {
                "message": {
                    "id": str(message.pk),
                    "author": {
                        "id": str(listener.pk),
                        "handle": listener.handle,
                        "name": listener.name,
                        "picture": "",
                    },
                    "role": "listener",
                    "text": "Hello there",
                    "held": False,
                    "created_at": wire(at(7)),
                }
            },
        }
        assert Space.objects.get(pk=space.pk).seq == seq

    @pytest.mark.postgres
    def test_the_space_is_not_locked(self, space, listener, join, write):
        join(space, listener)
        with CaptureQueriesContext(connection) as queries:
            write(space, listener)
        locking = [query["sql"] for query in queries if "FOR " in query["sql"]]
        assert locking
        assert not any('FROM "rooms_space"' in sql for sql in locking)

    def test_who_is_not_in_the_space_writes_nothing(self, space, listener, outsider, join, write):
        join(space, listener)
        Participation.objects.filter(user=listener).update(left_at=timezone.now())
        for person in (listener, outsider):
            with pytest.raises(NotInSpace):
                write(space, person)
        assert not RoomMessage.objects.exists()

    def test_who_was_removed_writes_nothing(self, space, listener, join, write):
        join(space, listener)
        Participation.objects.filter(user=listener).update(removed_at=timezone.now(), left_at=timezone.now())
        with pytest.raises(Removed):
            write(space, listener)

    def test_not_after_the_end(self, space, host, write, at, committed):
        stale = Space.objects.get(pk=space.pk)
        with committed():
            space_end(space=space, by=host, now=at(5))
        with pytest.raises(SpaceEnded):
            write(stale, host)

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("x" * 280, "x" * 280),
            (" " * 300 + "x", "x"),
            ("👩‍👩‍👧‍👦 ok", "👩‍👩‍👧‍👦 ok"),
            ("\none\r\n\n\n\ntwo\x00\x07\n\n", "one\n\ntwo"),
            ("1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\n5\n6 7 8"),
            ("1\u20282\u20293", "1\n2\n3"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ],
    )
    def test_text_is_cleaned(self, space, host, write, text, kept):
        assert write(space, host, text).text == kept

    @pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u2060", "\u3164", "x" * 281, "\ud800", "\x00"])
    def test_text_that_is_none(self, space, host, write, text):
        with pytest.raises(Invalid) as refused:
            write(space, host, text)
        assert list(refused.value.fields) == ["text"]
        assert not RoomMessage.objects.exists()


class TestPolicy:
    """Who may write, as the host has set it, from the moment it is set."""

    def test_followers(self, space, host, listener, outsider, speaker, join, write):
        for person in (listener, outsider, speaker):
            join(space, person)
        set_role(space, speaker, Role.SPEAKER)
        FollowFactory(follower=listener, followee=host)
        write(space, outsider)
        Space.objects.update(message_policy="followers")
        # The caller's Space is as old as before.
        with pytest.raises(FollowersOnly):
            write(space, outsider)
        for person in (host, speaker, listener):
            write(space, person)

    def test_off(self, space, host, listener, join, write):
        join(space, listener)
        FollowFactory(follower=listener, followee=host)
        Space.objects.update(message_policy="off")
        for person in (host, listener):
            with pytest.raises(MessagesOff):
                write(space, person)


class TestRate:
    """Five in ten seconds."""

    def test_the_sixth_waits(self, space, listener, join, write, at):
        join(space, listener)
        for second in range(5):
            write(space, listener, now=at(second))
        with pytest.raises(TooMany) as refused:
            write(space, listener, now=at(9))
        assert refused.value.retry_after == 1
        # What was refused does not count: as soon as the first is ten seconds old there is room for one.
        write(space, listener, now=at(10))
        with pytest.raises(TooMany):
            write(space, listener, now=at(10))

    def test_each_has_their_own(self, space, host, listener, join, write, at):
        join(space, listener)
        for _ in range(5):
            write(space, listener, now=at(1))
        write(space, host, now=at(1))


class TestDelete:
    """message_delete"""

    @pytest.fixture
    def message(self, space, listener, outsider, cohost, speaker, join, write):
        for person in (listener, outsider, cohost, speaker):
            join(space, person)
        set_role(space, cohost, Role.COHOST)
        set_role(space, speaker, Role.SPEAKER)
        return write(space, listener, "Something secret")

    @pytest.mark.parametrize("by", ["host", "cohost", "listener"])
    def test_author_and_hosts(self, request, space, message, by, committed, at, sent, api):
        person = request.getfixturevalue(by)
        for _ in range(2):
            with committed():
                message_delete(space=space, by=person, message_id=message.pk, now=at(99))
        assert [frame["data"] for frame in sent if frame["type"] == "message.deleted"] == [
            {"id": str(message.pk)}
        ]
        message.refresh_from_db()
        assert (message.deleted_at, message.deleted_by) == (at(99), person)
        answer = api(None).get(f"{SPACES}{space.pk}/messages/")
        assert b"secret" not in answer.content
        assert answer.json()["results"] == []

    @pytest.mark.parametrize("by", ["speaker", "outsider", "staff"])
    def test_nobody_else(self, request, space, message, by, at):
        with pytest.raises(NotAllowed) as refused:
            message_delete(space=space, by=request.getfixturevalue(by), message_id=message.pk, now=at(99))
        assert refused.value.code == "space.not_moderator"
        assert RoomMessage.objects.get().deleted_at is None

    def test_a_host_of_another_space(self, space, message, at, now):
        other = UserFactory()
        theirs = Space.objects.create(host=other, title="Other", started_at=now)
        Participation.objects.create(space=theirs, user=other, role=Role.HOST)
        with pytest.raises(MessageNotFound):
            message_delete(space=theirs, by=other, message_id=message.pk, now=at(99))
        with pytest.raises(NotAllowed):
            message_delete(space=space, by=other, message_id=message.pk, now=at(99))

    def test_after_the_end_only_ones_own(self, space, message, host, listener, at, committed):
        with committed():
            space_end(space=space, by=host, now=at(90))
        with pytest.raises(SpaceEnded):
            message_delete(space=space, by=host, message_id=message.pk, now=at(99))
        message_delete(space=space, by=listener, message_id=message.pk, now=at(99))
        assert RoomMessage.objects.get().deleted_at == at(99)

    def test_who_was_removed_touches_nothing(self, space, message, listener, at):
        Participation.objects.filter(user=listener).update(removed_at=at(90), left_at=at(90))
        with pytest.raises(Removed):
            message_delete(space=space, by=listener, message_id=message.pk, now=at(99))


class TestRest:
    """/spaces/{id}/messages/"""

    def test_write_read_delete(self, api, space, listener, join):
        join(space, listener)
        url = f"{SPACES}{space.pk}/messages/"
        posted = api(listener).post(url, {"text": "Hello\nall"})
        assert posted.status_code == 201
        assert posted.json()["text"] == "Hello\nall"
        assert api(None).get(url).json()["results"] == [posted.json()]
        for _ in range(2):
            assert api(listener).delete(f"{url}{posted.json()['id']}/").status_code == 204
        assert api(None).get(url).json()["results"] == []

    def test_pages_newest_first(self, api, space, host):
        texts = [f"Message {number}" for number in range(7)]
        RoomMessage.objects.bulk_create(RoomMessage(space=space, author=host, text=text) for text in texts)
        client = api(None)
        page = client.get(f"{SPACES}{space.pk}/messages/", {"limit": 3}).json()
        # Written in between: no row comes twice.
        RoomMessage.objects.create(space=space, author=host, text="New")
        found = [message["text"] for message in page["results"]]
        while page["next"]:
            page = client.get(page["next"]).json()
            found += [message["text"] for message in page["results"]]
        assert found == texts[::-1]

    def test_ten_and_a_thousand_take_the_same_queries(self, api, space, now):
        def more(count):
            authors = UserFactory.create_batch(count // 10)
            Participation.objects.bulk_create(
                Participation(space=space, user=author, role=Role.LISTENER) for author in authors
            )
            RoomMessage.objects.bulk_create(
                RoomMessage(space=space, author=author, text=f"{number}")
                for author in authors
                for number in range(10)
            )

        def queries():
            with CaptureQueriesContext(connection) as counted:
                assert api(None).get(f"{SPACES}{space.pk}/messages/", {"limit": 100}).status_code == 200
            return len(counted)

        more(10)
        few = queries()
        more(1000)
        # The Space, its topics, the messages with their authors, what these are in the Space.
        assert queries() == few == 4

    @pytest.mark.parametrize("role", ["listener", "host"])
    def test_posting_takes_the_same_queries(self, request, api, space, join, role):
        person = request.getfixturevalue(role)
        client = api(person)
        client.post(f"{SPACES}{space.pk}/join/")

        def queries():
            with CaptureQueriesContext(connection) as counted:
                assert client.post(f"{SPACES}{space.pk}/messages/", {"text": "Hi"}).status_code == 201
            return len([query for query in counted if "SAVEPOINT" not in query["sql"]])

        few = queries()
        RoomMessage.objects.bulk_create(
            RoomMessage(space=space, author=person, text="Old") for _ in range(300)
        )
        assert queries() == few <= 10

    def test_too_often(self, api, space, listener, join, limit):
        limit("message.post", account=(2, 1000))
        join(space, listener)
        client = api(listener)
        answers = [client.post(f"{SPACES}{space.pk}/messages/", {"text": "Hi"}) for _ in range(3)]
        assert [answer.status_code for answer in answers[:2]] == [201, 201]
        refused(answers[2], 429, "too_many")
        assert 990 <= int(answers[2]["Retry-After"]) <= 1000

    @pytest.mark.parametrize(
        "body", [{}, {"text": None}, {"text": ["Hi"]}, {"text": {"a": 1}}, {"text": "x" * 9000}, {"text": ""}]
    )
    def test_bad_input(self, api, space, host, body):
        answer = refused(api(host).post(f"{SPACES}{space.pk}/messages/", body), 400, "invalid")
        assert list(answer["fields"]) == ["text"]

    @pytest.mark.parametrize("message_id", ["0", "999999999999999999999999999999", "-1", "x", "%00", "1.5"])
    def test_an_id_that_is_none(self, api, space, host, message_id):
        answer = api(host).delete(f"{SPACES}{space.pk}/messages/{message_id}/")
        assert answer.status_code == 404, answer.content
        assert answer.json()["code"] in ("message.not_found", "not_found")

    def test_refusals(self, api, space, listener, outsider, join):
        url = f"{SPACES}{space.pk}/messages/"
        refused(api(None).post(url, {"text": "Hi"}), 401, "not_signed_in")
        refused(api(None).delete(f"{url}1/"), 401, "not_signed_in")
        refused(api(outsider).post(url, {"text": "Hi"}), 409, "space.not_joined")
        refused(api(outsider).post(f"{SPACES}{uuid4()}/messages/", {"text": "Hi"}), 404, "space.not_found")
        refused(api(outsider).get(url, {"cursor": "cD1hYmM="}), 400, "cursor.invalid")
        join(space, listener)
        Participation.objects.filter(user=listener).update(removed_at=timezone.now(), left_at=timezone.now())
        refused(api(listener).get(url), 403, "space.removed")
        refused(api(listener).post(url, {"text": "Hi"}), 403, "space.removed")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_at_once_exactly_the_rate_gets_through(host, listener, now):
    space = space_start(host=host, title="Rush", now=now)
    space_join(space=space, user=listener, now=now)
    barrier = Barrier(20)

    def five(_):
        barrier.wait(30)
        outcomes = []
        try:
            for _ in range(5):
                try:
                    message_post(space=space, author=listener, text="Me!", now=now)
                    outcomes.append("posted")
                except TooMany:
                    outcomes.append("too_many")
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(20) as pool:
        outcomes = [outcome for each in pool.map(five, range(20)) for outcome in each]
    assert len(outcomes) == 100
    assert outcomes.count("posted") == 5
    assert RoomMessage.objects.count() == 5
