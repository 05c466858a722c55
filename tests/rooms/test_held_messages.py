"""What a host can do about messages: words that are not allowed, and new accounts that wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from moderation.models import AuditEntry
from rooms.errors import MessageFiltered, MessageNotFound, MessageNotHeld, SpaceEnded
from rooms.models import Participation, Role, RoomMessage, Space
from rooms.selectors import messages_of, snapshot
from rooms.services.control import space_edit
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end, space_start
from rooms.services.messages import message_approve, message_decline, message_delete, message_post
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import HostingWaiverFactory, UserFactory
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

SPACES = "/api/v1/spaces/"


@pytest.fixture
def newcomer(db, now):
    """Somebody who signed up an hour ago."""
    return UserFactory(handle="a_newcomer", date_joined=now - timedelta(hours=1))


@pytest.fixture
def strict(space, newcomer, join):
    """The Space, in which messages of new accounts wait; the newcomer is in it."""
    Space.objects.filter(pk=space.pk).update(strict_messages=True)
    join(space, newcomer)
    space.refresh_from_db()
    return space


@pytest.fixture
def held(strict, newcomer, committed, now, sent):
    """A message that waits."""
    with committed():
        return message_post(space=strict, author=newcomer, text="Hello", now=now)


def groups(sent, type):
    """To whom frames of this type went."""
    return sorted(frame["group"] for frame in sent if frame["type"] == type)


def user_group(*people):
    return sorted(f"user.{person.pk}" for person in people)


def shown_to(space, viewer):
    return [message.text for message in messages_of(space, viewer=viewer)]


class TestWords:
    """`blocked_words`"""

    @pytest.fixture
    def space(self, space, host, at):
        return space_edit(space=space, by=host, blocked_words=["spam", "buy*"], now=at(0))

    @pytest.mark.parametrize(("text", "word"), [("SPÁM here", "spam"), ("buying gold", "buy")])
    def test_the_message_is_refused_with_the_word(self, space, listener, join, now, text, word):
        join(space, listener)
        with pytest.raises(MessageFiltered) as refusal:
            message_post(space=space, author=listener, text=text, now=now)
        assert f"“{word}”" in refusal.value.message
        assert list(refusal.value.fields) == ["text"]
        assert not RoomMessage.objects.exists()

    def test_over_http(self, api, space, listener, join):
        join(space, listener)
        url = f"{SPACES}{space.pk}/messages/"
        refused(api(listener).post(url, {"text": "spam"}), 400, "message.filtered")
        assert api(listener).post(url, {"text": "spammer"}).status_code == 201

    @pytest.mark.parametrize(("role", "passes"), [("host", True), ("cohost", True), ("speaker", False)])
    def test_hosts_may_say_it(self, space, host, listener, join, now, role, passes):
        author = host
        if role != "host":
            join(space, listener)
            Participation.objects.filter(user=listener).update(role=role)
            author = listener
        try:
            message_post(space=space, author=author, text="No spam please", now=now)
        except MessageFiltered:
            assert not passes
        else:
            assert passes

    def test_only_host_and_cohosts_see_the_list(
        self, space, host, cohost, listener, join, at, committed, sent
    ):
        for person in (cohost, listener):
            join(space, person)
        Participation.objects.filter(user=cohost).update(role=Role.COHOST)
        with committed():
            space_edit(space=space, by=cohost, blocked_words=["spam"], now=at(1))
        assert groups(sent, "words.changed") == user_group(host, cohost)
        assert not sent.of("space.edited")
        assert snapshot(space=space, user=host)["blocked_words"] == ["spam"]
        assert snapshot(space=space, user=cohost)["blocked_words"] == ["spam"]
        assert snapshot(space=space, user=listener)["blocked_words"] is None

    def test_the_list_is_cleaned(self, space, host, at):
        words = ["  Spam ", "spám", "", "buy   now", "ＳＰＡＭ"]
        assert len(space_edit(space=space, by=host, blocked_words=words, now=at(1)).blocked_words) == 2
        assert space_edit(space=space, by=host, blocked_words=[], now=at(1)).blocked_words == []

    @pytest.mark.parametrize(
        "words", [["!!!"], ["ok", "*"], [f"w{n}" for n in range(51)], ["x" * 501], ["x" * 300, "y" * 201]]
    )
    def test_a_list_that_is_none(self, api, space, host, at, words):
        with pytest.raises(Invalid) as refusal:
            space_edit(space=space, by=host, blocked_words=words, now=at(1))
        assert list(refusal.value.fields) == ["blocked_words"]
        if max(map(len, words)) <= 500:
            answer = refused(
                api(host).patch(f"{SPACES}{space.pk}/", {"blocked_words": words}), 400, "invalid"
            )
            assert list(answer["fields"]) == ["blocked_words"]

    @pytest.mark.parametrize("words", ["spam", {"a": 1}, [["spam"]], [None], 7])
    def test_a_list_of_another_kind(self, api, space, host, words):
        refused(api(host).patch(f"{SPACES}{space.pk}/", {"blocked_words": words}), 400, "invalid")

    def test_a_space_starts_with_them(self, api, host, now, space):
        space_end(space=space, by=host, now=now)
        body = {"title": "Another", "blocked_words": ["spam"], "strict_messages": True}
        made = api(host).post(SPACES, body)
        assert made.status_code == 201
        assert made.data["strict_messages"] is True
        assert "blocked_words" not in made.data
        assert Space.objects.get(pk=made.data["id"]).blocked_words == ["spam"]


class TestHeld:
    """`strict_messages`"""

    def test_only_author_and_hosts_are_told(self, strict, held, host, newcomer, sent):
        assert groups(sent, "message.held") == user_group(host, newcomer)
        assert not sent.of("message.posted")
        assert sent.of("message.held")[0]["message"]["held"] is True

    def test_only_author_and_hosts_see_it(self, strict, held, api, host, newcomer, listener, cohost, join):
        join(strict, listener)
        join(strict, cohost)
        Participation.objects.filter(user=cohost).update(role=Role.COHOST)
        for person in (host, newcomer, cohost):
            assert shown_to(strict, person) == ["Hello"]
        assert shown_to(strict, listener) == []
        for person, count in ((host, 1), (newcomer, 1), (listener, 0), (None, 0)):
            rows = api(person).get(f"{SPACES}{strict.pk}/messages/").data["results"]
            assert [row["held"] for row in rows] == [True] * count

    def test_others_are_not_held(self, strict, host, listener, newcomer, join, now, at):
        join(strict, listener)
        assert message_post(space=strict, author=listener, text="Hi", now=now).held_at is None
        Participation.objects.filter(user=newcomer).update(role=Role.SPEAKER)
        assert message_post(space=strict, author=newcomer, text="On stage", now=now).held_at is None
        Participation.objects.filter(user=newcomer).update(role=Role.LISTENER)
        assert message_post(space=strict, author=newcomer, text="New", now=at(20)).held_at == at(20)
        old = at(23 * 3600)
        assert message_post(space=strict, author=newcomer, text="Old", now=old).held_at is None

    def test_approved_it_is_everybodys(self, strict, held, host, listener, at, sent, committed):
        for _ in range(2):
            with committed():
                message_approve(space=strict, by=host, message_id=held.pk, now=at(5))
        [posted] = [frame for frame in sent if frame["type"] == "message.posted"]
        assert posted["group"] == f"space.{strict.pk}"
        assert (posted["data"]["message"]["id"], posted["data"]["message"]["held"]) == (str(held.pk), False)
        assert shown_to(strict, listener) == ["Hello"]
        assert AuditEntry.objects.filter(act="message.approve").count() == 1

    def test_declined_nobody_sees_it(self, strict, held, host, newcomer, listener, at, sent, committed):
        for _ in range(2):
            with committed():
                message_decline(space=strict, by=host, message_id=held.pk, now=at(5))
        assert groups(sent, "message.deleted") == user_group(host, newcomer)
        assert shown_to(strict, host) == shown_to(strict, newcomer) == []
        held.refresh_from_db()
        assert (held.deleted_by, held.deleted_at) == (host, at(5))
        [entry] = AuditEntry.objects.filter(act="message.decline")
        assert (entry.actor_id, entry.target_id) == (host.pk, str(newcomer.pk))
        with pytest.raises(MessageNotFound):
            message_approve(space=strict, by=host, message_id=held.pk, now=at(6))

    def test_what_is_shown_is_not_turned_down(self, strict, held, host, at):
        message_approve(space=strict, by=host, message_id=held.pk, now=at(5))
        with pytest.raises(MessageNotHeld):
            message_decline(space=strict, by=host, message_id=held.pk, now=at(6))

    def test_its_author_takes_it_back(self, strict, held, host, newcomer, at, sent, committed):
        with committed():
            message_delete(space=strict, by=newcomer, message_id=held.pk, now=at(5))
        assert groups(sent, "message.deleted") == user_group(host, newcomer)
        with pytest.raises(MessageNotFound):
            message_approve(space=strict, by=host, message_id=held.pk, now=at(6))

    def test_its_author_does_not_approve_it(self, strict, held, newcomer, at):
        for decide in (message_approve, message_decline):
            with pytest.raises(NotAllowed) as refusal:
                decide(space=strict, by=newcomer, message_id=held.pk, now=at(5))
            assert refusal.value.code == "space.not_moderator"

    def test_not_after_the_end(self, strict, held, host, at, committed):
        with committed():
            space_end(space=strict, by=host, now=at(5))
        for decide in (message_approve, message_decline):
            with pytest.raises(SpaceEnded):
                decide(space=strict, by=host, message_id=held.pk, now=at(6))

    def test_over_http(self, strict, held, api, host, newcomer, outsider):
        url = f"{SPACES}{strict.pk}/messages/"
        refused(api(None).post(f"{url}{held.pk}/approve/"), 401, "not_signed_in")
        refused(api(outsider).post(f"{url}{held.pk}/approve/"), 403, "space.not_moderator")
        refused(api(host).post(f"{url}999999/approve/"), 404, "message.not_found")
        refused(api(host).post(f"{url}{'9' * 30}/decline/"), 404, "message.not_found")
        answer = api(host).post(f"{url}{held.pk}/approve/")
        assert (answer.status_code, answer.data["held"]) == (200, False)
        refused(api(host).post(f"{url}{held.pk}/decline/"), 409, "message.not_held")

    def test_a_message_of_another_space(self, strict, held, api, now):
        other = HostingWaiverFactory().user
        elsewhere = space_start(host=other, title="Elsewhere", now=now)
        url = f"{SPACES}{elsewhere.pk}/messages/{held.pk}/approve/"
        refused(api(other).post(url), 404, "message.not_found")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_approved_and_declined_at_once_one_of_the_two_counts(host, now):
    space = space_start(host=host, title="Rush", strict_messages=True, now=now)
    author = UserFactory(date_joined=now)
    space_join(space=space, user=host, now=now)
    space_join(space=space, user=author, now=now)
    held = message_post(space=space, author=author, text="Hello", now=now)
    barrier = Barrier(2)

    def decided(decide):
        barrier.wait(30)
        try:
            decide(space=space, by=host, message_id=held.pk, now=now)
        except (MessageNotFound, MessageNotHeld):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(decided, (message_approve, message_decline))) == 1
    held.refresh_from_db()
    assert (held.held_at is None) == (held.deleted_at is None)
