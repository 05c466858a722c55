"""Direct messages: who may write to whom, and what the two sides of a conversation say."""

from itertools import product
from uuid import uuid4

import pytest

from accounts.models import Block, Follow
from accounts.services import follow, person_block
from social.errors import DirectNotAccepted, DirectNotFound
from social.models import Conversation, ConversationSide, DirectMessage, InboxSettings, Notification
from social.selectors.direct import conversations_of, may_write, message_cards, messages_in, side_of
from social.services.direct import direct_delete, direct_read, direct_send, inbox_settings_update
from spaces_project.lib.errors import Invalid, TooMany
from tests.factories import FollowFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(committed, at):
    """`write(author, to, "Hello")` sends, a minute after the one before, so that no rate stops it."""
    minutes = iter(range(1, 100_000))

    def sent(author, to, text="Hello", **fields):
        with committed():
            return direct_send(author=author, to=to, text=text, **{"now": at(60 * next(minutes)), **fields})

    return sent


def side(user, other):
    """`user`'s side of the conversation with `other`."""
    return ConversationSide.objects.get(user=user, other=other)


WHO = [None, *InboxSettings.WhoMayWrite.values]
BLOCKS = ["none", "author blocks", "recipient blocks"]
WRITTEN = ["nothing", "by the author", "by the recipient", "by the recipient, deleted"]
CELLS = list(product(WHO, [False, True], BLOCKS, WRITTEN))


class TestWhoMayWrite:
    """Every cell of the recipient's choice × whether they follow the author × blocks × what stands between the two."""

    @pytest.mark.parametrize(("who", "follows", "block", "written"), CELLS)
    def test_every_cell(self, listener, speaker, write, now, who, follows, block, written):
        author, recipient = listener, speaker
        if written == "by the author":
            write(author, recipient)
        elif written != "nothing":
            message = write(recipient, author)
            if "deleted" in written:
                direct_delete(
                    by=recipient, conversation_id=message.conversation_id, message_id=message.pk, now=now
                )
        if who is not None:
            inbox_settings_update(user=recipient, who_may_write=who)
        # The other way round it says nothing.
        inbox_settings_update(user=author, who_may_write="nobody")
        FollowFactory(follower=author, followee=recipient)
        if follows:
            FollowFactory(follower=recipient, followee=author)
        if block != "none":
            owner, person = (author, recipient) if block == "author blocks" else (recipient, author)
            Block.objects.create(owner=owner, person=person)

        allowed = block == "none" and (
            who in (None, "everyone") or (who == "following" and follows) or "by the recipient" in written
        )
        assert may_write(author=author, to=recipient) is allowed
        before = DirectMessage.objects.count()
        if allowed:
            write(author, recipient)
        else:
            with pytest.raises(DirectNotAccepted) as refusal:
                write(author, recipient)
            # The same words, whatever the reason.
            assert refusal.value.as_dict() == DirectNotAccepted().as_dict()
        assert DirectMessage.objects.count() == before + allowed

    def test_a_refusal_begins_no_conversation(self, listener, speaker, write):
        inbox_settings_update(user=speaker, who_may_write="nobody")
        with pytest.raises(DirectNotAccepted):
            write(listener, speaker)
        assert not Conversation.objects.exists()

    def test_who_is_gone_gets_nothing(self, listener, speaker, write):
        write(speaker, listener)
        speaker.is_active = False
        speaker.save()
        # Also for whoever still holds them as they were.
        speaker.is_active = True
        assert not may_write(author=listener, to=speaker)
        with pytest.raises(DirectNotAccepted):
            write(listener, speaker)

    def test_one_query(self, listener, speaker, django_assert_num_queries):
        with django_assert_num_queries(1):
            may_write(author=listener, to=speaker)

    def test_a_choice_that_is_none(self, listener):
        with pytest.raises(Invalid) as refusal:
            inbox_settings_update(user=listener, who_may_write="friends")
        assert list(refusal.value.fields) == ["who_may_write"]


class TestSend:
    """direct_send"""

    def test_both_sides_know_the_newest(self, listener, speaker, write, at):
        write(listener, speaker, "First")
        answer = write(speaker, listener, "Second\nline", now=at(9000))
        last = write(listener, speaker, "x" * 150, now=at(9060))
        mine, theirs = side(listener, speaker), side(speaker, listener)
        assert (mine.last_is_mine, theirs.last_is_mine) == (True, False)
        for one in (mine, theirs):
            assert (one.last_message_id, one.last_text) == (last.pk, "x" * 100)
            assert one.last_message_at == at(9060)
        assert (mine.unread_count, theirs.unread_count) == (1, 2)
        assert answer.conversation_id == last.conversation_id
        assert Conversation.objects.count() == 1

    def test_both_are_told(self, listener, speaker, write, sent):
        message = write(listener, speaker, " Hello\u202e ")
        assert {frame["group"] for frame in sent if frame["type"] == "direct.posted"} == {
            f"user.{listener.pk}",
            f"user.{speaker.pk}",
        }
        for data in sent.of("direct.posted"):
            assert data["conversation"] == str(message.conversation_id)
            assert data["message"]["text"] == "Hello"
            assert data["message"]["author"]["handle"] == listener.handle
            assert data["message"]["space"] is None

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("x" * 1000, "x" * 1000),
            (" " * 2000 + "x", "x"),
            ("\none\r\n\n\n\ntwo\x00\x07\n\n", "one\n\ntwo"),
            ("👩‍👩‍👧‍👦 ok", "👩‍👩‍👧‍👦 ok"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ],
    )
    def test_text_is_cleaned(self, listener, speaker, write, text, kept):
        assert write(listener, speaker, text).text == kept

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "direct.empty"),
            (" \n\t\u200b", "direct.empty"),
            ("\x00", "direct.empty"),
            ("\ud800", "direct.empty"),
            ("x" * 1001, "direct.too_long"),
        ],
    )
    def test_text_that_is_none(self, listener, speaker, write, text, code):
        with pytest.raises(Invalid) as refusal:
            write(listener, speaker, text)
        assert (refusal.value.code, list(refusal.value.fields)) == (code, ["text"])
        assert not Conversation.objects.exists()

    def test_nobody_writes_to_themselves(self, listener, write):
        with pytest.raises(Invalid) as refusal:
            write(listener, listener)
        assert refusal.value.code == "direct.self"

    def test_the_rate(self, listener, speaker, outsider, write, at, limit):
        limit("direct.send", account=(2, 60))
        for to in (speaker, outsider):
            write(listener, to, now=at(0))
        with pytest.raises(TooMany):
            write(listener, speaker, now=at(59))
        write(speaker, listener, now=at(59))
        write(listener, speaker, now=at(60))


@pytest.mark.usefixtures("no_audio")
class TestSpaces:
    """A Space beside the words."""

    @pytest.mark.parametrize(
        "link", ["{site}/spaces/{id}/", "Come: /spaces/{id}/ now", "({site}/spaces/{id})"]
    )
    def test_a_link_attaches_its_card(self, listener, speaker, space, write, sent, settings, link):
        message = write(listener, speaker, link.format(site=settings.SITE_URL, id=space.pk))
        assert message.space_id == space.pk
        for data in sent.of("direct.posted"):
            assert data["message"]["space"]["title"] == space.title

    @pytest.mark.parametrize(
        "text",
        [
            "https://elsewhere.example/spaces/{id}/",
            "{site}.example/spaces/{id}/",
            "{site}/spaces/{other}/",
            "{id}",
        ],
    )
    def test_other_links_attach_nothing(self, listener, speaker, space, write, settings, text):
        words = text.format(site=settings.SITE_URL, id=space.pk, other=uuid4())
        assert write(listener, speaker, words).space_id is None

    def test_a_space_alone(self, listener, speaker, space, write):
        message = write(listener, speaker, "", space_id=space.pk)
        assert (message.text, message.space_id) == ("", space.pk)
        [card] = message_cards([message], viewer=speaker)
        assert card["space"]["id"] == str(space.pk)

    def test_a_space_that_is_none(self, listener, speaker, write):
        with pytest.raises(Invalid) as refusal:
            write(listener, speaker, "Come", space_id=uuid4())
        assert list(refusal.value.fields) == ["space_id"]
        assert not DirectMessage.objects.exists()


class TestRead:
    """direct_read"""

    def test_up_to_what_was_on_screen(self, listener, speaker, write, sent, committed):
        first, second, third = (write(listener, speaker, str(number)) for number in range(3))
        conversation = first.conversation_id
        sent.clear()

        def read(up_to):
            with committed():
                direct_read(user=speaker, conversation_id=conversation, up_to=up_to)
            return side(speaker, listener).unread_count

        assert read(second.pk) == 1
        # What was read before stays read.
        assert read(first.pk) == 1
        assert read(0) == 1
        # What does not exist yet has not been read.
        assert read(third.pk + 1000) == 0
        assert side(speaker, listener).read_message_id == third.pk
        write(listener, speaker)
        assert side(speaker, listener).unread_count == 1
        told = [(frame["group"], frame["data"]) for frame in sent if frame["type"] == "direct.read"]
        assert told == [(f"user.{speaker.pk}", {"conversation": str(conversation)})] * 2

    def test_ones_own_words_are_not_unread(self, listener, speaker, write):
        write(listener, speaker)
        assert side(listener, speaker).unread_count == 0

    def test_other_peoples(self, listener, speaker, outsider, write):
        message = write(listener, speaker)
        for conversation in (message.conversation_id, message.conversation_id + 1000, 2**70):
            with pytest.raises(DirectNotFound):
                direct_read(user=outsider, conversation_id=conversation, up_to=message.pk)
        assert side(speaker, listener).unread_count == 1


class TestDelete:
    """direct_delete"""

    @pytest.fixture
    def delete(self, committed, now):
        """`delete(user, message)`."""

        def gone(user, message):
            with committed():
                direct_delete(
                    by=user, conversation_id=message.conversation_id, message_id=message.pk, now=now
                )

        return gone

    def test_it_is_gone_for_both(self, listener, speaker, write, delete, sent):
        first, second = write(listener, speaker, "First"), write(listener, speaker, "Second")
        for _ in range(2):
            delete(listener, second)
        assert [message.pk for message in messages_in(first.conversation_id)] == [first.pk]
        for one in (side(listener, speaker), side(speaker, listener)):
            assert (one.last_message_id, one.last_text) == (first.pk, "First")
        assert side(speaker, listener).unread_count == 1
        told = {frame["group"]: frame["data"] for frame in sent if frame["type"] == "direct.deleted"}
        gone = {"conversation": str(first.conversation_id), "id": str(second.pk)}
        assert told == {f"user.{listener.pk}": gone, f"user.{speaker.pk}": gone}
        assert sent.types().count("direct.deleted") == 2

    def test_the_last_takes_the_conversation_with_it(self, listener, speaker, write, delete):
        message = write(listener, speaker)
        delete(listener, message)
        for user in (listener, speaker):
            assert not conversations_of(user).exists()
        assert side(speaker, listener).unread_count == 0
        # Evidence.
        assert DirectMessage.objects.get().text == "Hello"

    def test_what_was_read_is_not_counted_off(self, listener, speaker, write, delete):
        first = write(listener, speaker)
        direct_read(user=speaker, conversation_id=first.conversation_id, up_to=first.pk)
        write(listener, speaker)
        delete(listener, first)
        assert side(speaker, listener).unread_count == 1

    def test_nobody_elses(self, listener, speaker, outsider, write, delete, now):
        message = write(listener, speaker)
        other = write(listener, outsider)
        for user in (speaker, outsider):
            with pytest.raises(DirectNotFound):
                delete(user, message)
        # One's own, under another conversation's address.
        with pytest.raises(DirectNotFound):
            direct_delete(by=listener, conversation_id=other.conversation_id, message_id=message.pk, now=now)
        assert not DirectMessage.objects.filter(deleted_at__isnull=False).exists()


class TestNotification:
    """Whoever is away is told once of all that waits for them."""

    def test_ten_in_a_row_are_one(self, listener, speaker, write):
        for _ in range(10):
            last = write(listener, speaker)
        told = Notification.objects.get(user=speaker)
        assert (told.kind, told.actor, told.in_app) == ("message", listener, False)
        assert told.data["conversation"] == str(last.conversation_id)
        # What is read needs no e-mail any more; what comes after it does.
        direct_read(user=speaker, conversation_id=last.conversation_id, up_to=last.pk)
        assert not Notification.objects.exists()
        write(listener, speaker)
        assert Notification.objects.filter(user=speaker).count() == 1

    def test_what_is_deleted_unread_is_not_told(self, listener, speaker, write, now):
        messages = [write(listener, speaker) for _ in range(2)]
        for message, left in zip(messages, (1, 0), strict=True):
            direct_delete(
                by=listener, conversation_id=message.conversation_id, message_id=message.pk, now=now
            )
            assert Notification.objects.count() == left


class TestBlocked:
    """A block ends the writing; what was written stays readable for both."""

    def test_both_go_on_reading(self, listener, speaker, write, now):
        message = write(listener, speaker)
        follow(follower=listener, followee=speaker, now=now)
        person_block(owner=speaker, person=listener, now=now)
        assert not Follow.objects.exists()
        for user in (listener, speaker):
            assert side_of(user=user, conversation_id=message.conversation_id).user_id == user.pk
            assert list(conversations_of(user))
        direct_read(user=speaker, conversation_id=message.conversation_id, up_to=message.pk)
        assert side(speaker, listener).unread_count == 0
