"""What an e-mail says, and turning it off from a link in it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.signing import Signer
from django.utils import translation

from accounts.models import User
from social.models import Kind, NotificationPreference
from social.notification_kinds import KINDS
from social.services.deliveries import deliveries_run
from social.services.emails import MOST_SHOWN, email_of, local_time, message_id, zone_of
from social.unsubscribe_tokens import unsubscribe_token
from tests.factories import UserFactory
from tests.pages.documents import Document
from tests.social.delivering import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(now):
    """`mailed(user)` sends what waits and returns the one mail that came of it, in text and HTML."""

    def sent():
        deliveries_run(now=now)
        [message] = mail.outbox
        [(page, kind)] = message.alternatives
        assert kind == "text/html"
        return message, page

    return sent


def off(user):
    """The kinds that somebody gets no e-mail about by choice."""
    return set(NotificationPreference.objects.filter(user=user, email=False).values_list("kind", flat=True))


# What it says


def test_one_thing(listener, outsider, now, mailed):
    waiting(listener, now=now, actor=outsider)
    message, page = mailed()
    assert (message.subject, message.to) == ("An Outsider follows you", [listener.email])
    for text in (message.body, page):
        assert "An Outsider follows you" in text
        assert "http://testserver/@an_outsider/" in text
        assert "New followers" in text
    assert "style=" in page
    assert "<script" not in page


def test_in_the_language_of_whoever_reads_it(listener, outsider, now, mailed):
    User.objects.filter(pk=listener.pk).update(language="de")
    waiting(listener, now=now, actor=outsider)
    with translation.override("es"):
        message, page = mailed()
    assert message.subject == "An Outsider folgt dir"
    assert "Hallo A Listener," in message.body
    assert '<html lang="de" dir="ltr">' in page


def test_several_things_newest_first(listener, outsider, host, now, mailed):
    waiting(listener, now=now - timedelta(minutes=9), actor=outsider)
    waiting(listener, now=now, actor=host)
    message, page = mailed()
    assert message.subject == "The Host follows you · and 1 more"
    for text in (message.body, page):
        assert text.index("The Host follows") < text.index("An Outsider follows")


def test_what_is_urgent_comes_first(listener, host, now, mailed):
    waiting(listener, now=now, actor=host)
    waiting(
        listener, now=now - timedelta(minutes=9), kind=Kind.REMINDER, event="soon", data={"title": "Jazz"}
    )
    message, page = mailed()
    assert message.subject == "“Jazz” starts soon · and 1 more"
    assert page.index("Jazz") < page.index("The Host follows")


def test_a_long_list_is_cut(listener, now, mailed):
    for _ in range(MOST_SHOWN + 5):
        waiting(listener, now=now, actor=UserFactory())
    message, page = mailed()
    assert message.subject.endswith(f"and {MOST_SHOWN + 4} more")
    assert message.body.count("follows you\n") == MOST_SHOWN
    assert "And 5 more: http://testserver/inbox/notifications/" in message.body
    assert "And 5 more." in page


def test_nothing_in_a_name_or_text_becomes_markup(listener, now, mailed):
    evil = UserFactory(name='<b>"Bobby"</b> & co')
    waiting(listener, now=now, actor=evil, kind=Kind.MENTION, data={"text": "<script>alert(1)</script>"})
    message, page = mailed()
    assert "<b>" not in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    # Text is text.
    assert '<b>"Bobby"</b> & co mentioned you\n<script>alert(1)</script>' in message.body
    assert message.subject == '<b>"Bobby"</b> & co mentioned you'


def test_a_subject_is_one_line(listener, now):
    notification = waiting(listener, now=now, kind=Kind.REMINDER, event="live").notification
    notification.data = {"title": "One\r\nBcc: everybody@example.com " + "x" * 500}
    message = email_of(listener, [notification], message_id="<1@testserver>")
    assert len(message.subject) <= 140
    assert set(message.subject) & {"\r", "\n"} == set()
    assert "Bcc" not in dict(message.message())


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("", "Fri 3 Jul 2026, 22:30 UTC"),
        ("Europe/Berlin", "Sat 4 Jul 2026, 00:30 CEST"),
        ("America/New_York", "Fri 3 Jul 2026, 18:30 EDT"),
        ("Nowhere/Town", "Fri 3 Jul 2026, 22:30 UTC"),
        ("../../etc/passwd", "Fri 3 Jul 2026, 22:30 UTC"),
    ],
)
def test_times_are_the_readers(listener, zone, words):
    moment = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    listener.time_zone = zone
    assert local_time(moment, zone_of(listener)) == words
    notification = waiting(listener, now=moment).notification
    message = email_of(listener, [notification], message_id="<1@testserver>")
    assert words in message.body
    assert words in message.alternatives[0][0]


def test_its_headers(listener, now, mailed):
    delivery = waiting(listener, now=now)
    message, _ = mailed()
    delivery.refresh_from_db()
    headers = message.message()
    assert headers["Message-ID"] == message_id(delivery.claim, listener.pk)
    assert headers["Message-ID"] == f"<{delivery.claim}.{listener.pk}@testserver>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<http://testserver/unsubscribe/[^/<>]+/>", str(headers["List-Unsubscribe"]))
    assert headers.get_content_type() == "multipart/alternative"


# Turning it off


def test_one_click_in_a_mail_program(listener, client, now, mailed):
    """RFC 8058: a POST without cookies or tokens of a page, from anywhere."""
    waiting(listener, now=now)
    waiting(listener, now=now, kind=Kind.MENTION)
    message, _ = mailed()
    path = urlsplit(message.extra_headers["List-Unsubscribe"].strip("<>")).path
    strict = type(client)(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post(path, {"List-Unsubscribe": "One-Click"}, HTTP_ORIGIN="https://mail.example.com")
        assert answer.status_code == 200
        assert off(listener) == {Kind.FOLLOWER, Kind.MENTION}
    # Other channels stay as they were.
    choice = NotificationPreference.objects.get(user=listener, kind=Kind.MENTION)
    assert (choice.in_app, choice.push) == (KINDS[Kind.MENTION].in_app, KINDS[Kind.MENTION].push)


def test_looking_changes_nothing(listener, client):
    page = Document(client.get(f"/unsubscribe/{unsubscribe_token(listener, [Kind.MENTION])}/"))
    assert page.problems() == []
    assert page.response.status_code == 200
    assert "Turn off e-mail for “Mentions and replies”" in page.text
    assert listener.name not in page.text
    assert off(listener) == set()


def test_one_kind_and_all(listener, outsider, client):
    path = f"/unsubscribe/{unsubscribe_token(listener, [Kind.MENTION, Kind.FOLLOWER])}/"
    page = Document(client.post(path, {"what": Kind.FOLLOWER}))
    assert page.problems() == []
    assert "New followers" in page.text
    assert off(listener) == {Kind.FOLLOWER}
    client.post(path, {"what": "all"})
    assert off(listener) == {kind for kind, default in KINDS.items() if default.email}
    assert off(outsider) == set()


def test_what_waits_does_not_go_out(listener, client, now):
    waiting(listener, now=now)
    client.post(f"/unsubscribe/{unsubscribe_token(listener, [Kind.FOLLOWER])}/")
    assert deliveries_run(now=now) == 0
    assert mail.outbox == []


def test_no_such_kind(listener, client):
    path = f"/unsubscribe/{unsubscribe_token(listener, [Kind.MENTION])}/"
    answer = client.post(path, {"what": "everything"})
    assert answer.status_code == 400
    assert "There is no such kind of e-mail." in answer.content.decode()
    assert off(listener) == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_bad_tokens(listener, client, method):
    good = unsubscribe_token(listener, [Kind.MENTION])
    gone = UserFactory()
    of_gone = unsubscribe_token(gone, [Kind.MENTION])
    gone.delete()
    tokens = [
        "x",
        good[:-1],
        good[1:],
        good.swapcase(),
        of_gone,
        unsubscribe_token(UserFactory(is_active=False), [Kind.MENTION]),
        unsubscribe_token(listener, ["nonsense"]),
        unsubscribe_token(listener, []),
        # Signed by us, for something else.
        Signer(salt="other").sign_object({"u": listener.pk, "k": [Kind.MENTION]}),
        "%00",
        "%F0%9F%8E%89",
    ]
    for token in tokens:
        answer = getattr(client, method)(f"/unsubscribe/{token}/")
        assert answer.status_code == 404, token
        assert "This link does not work." in answer.content.decode()
    assert off(listener) == set()
