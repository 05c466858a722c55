"""Two people write, read and delete at once, in real threads on PostgreSQL."""

from datetime import UTC, datetime

import pytest

from social.models import Conversation, ConversationSide, DirectMessage
from social.services.direct import direct_delete, direct_read, direct_send
from tests.rooms.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_rate(limit):
    """The rate has tests of its own."""
    limit("direct.send")


def send(author, to):
    """An act that writes once."""
    return lambda: direct_send(author=author, to=to, text="Hello", now=NOW)


def assert_sides_are_what_the_messages_say():
    """For both people of every conversation."""
    for side in ConversationSide.objects.all():
        shown = DirectMessage.objects.filter(conversation=side.conversation, deleted_at__isnull=True)
        newest = shown.order_by("-pk").first()
        assert side.last_message_id == (newest.pk if newest else 0)
        unread = shown.filter(author=side.other, pk__gt=side.read_message_id).count()
        assert side.unread_count == unread


@pytest.mark.parametrize("round", range(5))
def test_two_first_messages_are_one_conversation(listener, speaker, round):
    sent = at_once(send(listener, speaker), send(speaker, listener))
    assert [type(one) for one in sent] == [DirectMessage, DirectMessage], sent
    assert Conversation.objects.count() == 1
    assert ConversationSide.objects.count() == 2
    assert_sides_are_what_the_messages_say()
    assert sorted(ConversationSide.objects.values_list("unread_count", flat=True)) == [1, 1]


def test_none_of_many_is_lost(listener, speaker):
    sent = at_once(*[send(listener, speaker), send(speaker, listener)] * 8)
    assert all(isinstance(one, DirectMessage) for one in sent), sent
    assert list(ConversationSide.objects.values_list("unread_count", flat=True)) == [8, 8]
    assert_sides_are_what_the_messages_say()


@pytest.mark.parametrize("round", range(3))
def test_reading_and_deleting_meanwhile(listener, speaker, round):
    messages = [send(listener, speaker)() for _ in range(6)]
    conversation = messages[0].conversation_id

    def read(message):
        return lambda: direct_read(user=speaker, conversation_id=conversation, up_to=message.pk)

    def delete(message):
        return lambda: direct_delete(
            by=listener, conversation_id=conversation, message_id=message.pk, now=NOW
        )

    done = at_once(
        *[send(listener, speaker)] * 4,
        *[read(message) for message in messages[:4]],
        *[delete(message) for message in messages[2:]],
        *[send(speaker, listener)] * 2,
    )
    assert not [one for one in done if isinstance(one, Exception)], done
    assert_sides_are_what_the_messages_say()
    assert DirectMessage.objects.filter(deleted_at__isnull=False).count() == 4
