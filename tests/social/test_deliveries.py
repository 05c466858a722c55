"""What goes out, when, and to whom; and what is dropped on its way."""

import contextlib
import json
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from accounts.models import Block
from social import tasks
from social.models import Channel, Delivery, InboxSettings, Kind, NotificationPreference
from social.services.deliveries import deliveries_run, deliveries_wake_on_commit
from social.services.delivery_claims import Clock, emails_claim, pushes_claim
from spaces_project.lib.redis_client import redis_client
from spaces_project.lib.slots import slot
from tests.factories import UserFactory
from tests.social.delivering import state_of, waiting

pytestmark = pytest.mark.django_db

# Of a round with one batch of mail, without the writes of each.
QUERIES = 18


class Server(EmailBackend):
    """A mail server that answers as `answers` says, by address; `is_down` says that it cannot be reached."""

    answers: dict[str, Exception] = {}
    is_down = False

    def open(self):
        if self.is_down:
            raise ConnectionRefusedError("nobody there")
        return True

    def send_messages(self, messages):
        if error := self.answers.get(messages[0].to[0]):
            raise error
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    """A mail server that can be told to refuse: what Django's memory backend cannot."""
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr("django.core.mail.import_string", lambda path: Server)
    monkeypatch.setattr(Server, "answers", {})
    monkeypatch.setattr(Server, "is_down", False)
    return Server


def addresses():
    return [message.to[0] for message in mail.outbox]


def test_nothing_due(listener, now):
    waiting(listener, now=now, due_at=now + timedelta(seconds=1))
    assert deliveries_run(now=now) == 0
    assert mail.outbox == []


def test_all_that_waits_for_somebody_goes_out_in_one(listener, outsider, now):
    due = [waiting(listener, now=now) for _ in range(3)]
    later = waiting(listener, now=now, due_at=now + timedelta(minutes=30))
    waiting(outsider, now=now)
    assert deliveries_run(now=now) == 5
    assert sorted(addresses()) == sorted([listener.email, outsider.email])
    for delivery in [*due, later]:
        assert state_of(delivery) == ("sent", "")
        assert delivery.sent_at is not None
    assert InboxSettings.objects.get(user=listener).emailed_at is not None
    assert deliveries_run(now=now + timedelta(hours=1)) == 0
    assert len(mail.outbox) == 2


def test_nothing_that_can_wait_until_the_interval_is_over(listener, now, settings):
    interval = timedelta(minutes=settings.SPACES_EMAIL_DIGEST_MINUTES)
    InboxSettings.objects.create(user=listener, emailed_at=now)
    first = waiting(listener, now=now)
    last = waiting(listener, now=now, due_at=now + 2 * interval)
    assert deliveries_run(now=now) == 0
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.due_at, last.due_at) == (now + interval, now + 2 * interval)
    assert first.claimed_until is None
    assert deliveries_run(now=now + interval - timedelta(seconds=5)) == 0
    assert deliveries_run(now=now + interval) == 2
    assert len(mail.outbox) == 1


def test_what_is_urgent_does_not_wait_and_takes_the_rest_with_it(listener, now):
    InboxSettings.objects.create(user=listener, emailed_at=now)
    waiting(listener, now=now, due_at=now + timedelta(minutes=40))
    waiting(listener, now=now, kind=Kind.REMINDER, event="soon")
    assert deliveries_run(now=now) == 2
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.PUSH])
class TestDropped:
    """What makes no sense any more by the time its turn comes."""

    def drop(self, delivery, now):
        assert deliveries_run(now=now) == 0
        assert mail.outbox == []
        state, why = state_of(delivery)
        assert state == "dropped"
        return why

    def test_too_late(self, channel, listener, now):
        delivery = waiting(listener, now=now, channel=channel, expires_at=now)
        assert self.drop(delivery, now) == "Too late."

    def test_read(self, channel, listener, now):
        delivery = waiting(listener, now=now, channel=channel, read_at=now)
        assert self.drop(delivery, now) == "Read already."

    def test_inactive(self, channel, now):
        delivery = waiting(UserFactory(is_active=False), now=now, channel=channel)
        assert self.drop(delivery, now) == "Their account is not active."

    def test_not_wanted_any_more(self, channel, listener, now):
        delivery = waiting(listener, now=now, channel=channel, kind=Kind.MENTION)
        NotificationPreference.objects.create(
            user=listener, kind=Kind.MENTION, in_app=True, email=False, push=False
        )
        assert self.drop(delivery, now) == "Not wanted."

    def test_not_wanted_by_default(self, channel, listener, now):
        kind = Kind.LIVE if channel == Channel.EMAIL else Kind.FOLLOWER
        delivery = waiting(listener, now=now, channel=channel, kind=kind)
        assert self.drop(delivery, now) == "Not wanted."

    @pytest.mark.parametrize("by_me", [True, False])
    def test_blocked_meanwhile(self, channel, by_me, listener, outsider, now):
        delivery = waiting(listener, now=now, channel=channel, kind=Kind.MENTION, actor=outsider)
        owner, person = (listener, outsider) if by_me else (outsider, listener)
        Block.objects.create(owner=owner, person=person)
        assert self.drop(delivery, now) == "Blocked."


def test_without_an_address(now):
    delivery = waiting(UserFactory(email=""), now=now)
    deliveries_run(now=now)
    assert state_of(delivery) == ("dropped", "No e-mail address.")


def test_only_what_makes_sense_is_in_the_mail(listener, now):
    waiting(listener, now=now, read_at=now, data={"title": "Old news"}, kind=Kind.REMINDER, event="soon")
    waiting(listener, now=now, data={"title": "Good news"}, kind=Kind.REMINDER, event="soon")
    assert deliveries_run(now=now) == 1
    [message] = mail.outbox
    assert "Good news" in message.body
    assert "Old news" not in message.body


def test_withdrawn(listener, now):
    waiting(listener, now=now).notification.delete()
    assert deliveries_run(now=now) == 0
    assert mail.outbox == []


def test_refused_for_good(listener, outsider, now, server):
    server.answers[listener.email] = smtplib.SMTPRecipientsRefused({listener.email: (550, b"no such user")})
    refused, other = waiting(listener, now=now), waiting(outsider, now=now)
    assert deliveries_run(now=now) == 1
    assert state_of(refused) == ("failed", "550 b'no such user'")
    assert state_of(other) == ("sent", "")
    assert InboxSettings.objects.get(user=listener).emailed_at is None


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"x": (450, b"greylisted")}),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"later"),
        TimeoutError("slow"),
    ],
)
def test_tried_again_under_the_same_name_and_given_up_after_five(listener, now, server, settings, error):
    server.answers[listener.email] = error
    delivery = waiting(listener, now=now)
    moment, claims = now, set()
    for attempt in range(1, len(settings.DELIVERY_RETRY_SECONDS) + 1):
        assert deliveries_run(now=moment) == 0
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", attempt)
        claims.add(delivery.claim)
        moment = delivery.due_at
    assert deliveries_run(now=moment) == 0
    assert state_of(delivery)[0] == "failed"
    assert len(claims) == 1


def test_a_mail_that_was_tried_goes_out_as_it_was(listener, now, server):
    """Somebody may have it already: what has come since is not put into it, but into the next one."""
    server.answers[listener.email] = smtplib.SMTPServerDisconnected("gone")
    first = [waiting(listener, now=now), waiting(listener, now=now, due_at=now + timedelta(minutes=9))]
    deliveries_run(now=now)
    claim = Delivery.objects.get(pk=first[0].pk).claim
    new = waiting(listener, now=now, kind=Kind.REMINDER, event="soon")
    del server.answers[listener.email]
    assert deliveries_run(now=now + timedelta(minutes=10)) == 3
    assert len(mail.outbox) == 2
    old, other = mail.outbox
    assert old.extra_headers["Message-ID"] == f"<{claim}.{listener.pk}@testserver>"
    assert "and 1 more" in old.subject
    assert "and" not in other.subject
    assert other.extra_headers["Message-ID"] != old.extra_headers["Message-ID"]
    assert state_of(new) == ("sent", "")


def test_a_mail_server_out_of_reach_costs_no_attempt(listener, outsider, now, server, caplog):
    server.is_down = True
    deliveries = [waiting(listener, now=now), waiting(outsider, now=now)]
    for hours in range(10):
        assert deliveries_run(now=now + timedelta(hours=hours)) == 0
    for delivery in deliveries:
        assert state_of(delivery) == ("waiting", "The mail server cannot be reached.")
        assert delivery.attempts == 0
    assert "nobody there" in caplog.text
    server.is_down = False
    assert deliveries_run(now=now + timedelta(hours=11)) == 2


def test_one_that_cannot_be_written_does_not_hold_up_the_others(listener, outsider, now, caplog):
    broken, fine = waiting(listener, now=now), waiting(outsider, now=now)
    type(listener).objects.filter(pk=listener.pk).update(email="a@b.example\nBcc: c@d.example")
    assert deliveries_run(now=now) == 1
    assert state_of(broken)[0] == "failed"
    assert state_of(fine) == ("sent", "")
    assert addresses() == [outsider.email]
    assert "Could not make the e-mail" in caplog.text


def test_a_round_has_an_end_and_lets_go_of_the_rest(listener, outsider, now, settings):
    settings.DELIVERY_RUN_SECONDS = -1
    waiting(listener, now=now)
    assert deliveries_run(now=now) == 0
    settings.DELIVERY_RUN_SECONDS = 20
    assert deliveries_run(now=now) == 1


def test_batches(now, settings):
    settings.DELIVERY_BATCH = 3
    for user in UserFactory.create_batch(8):
        waiting(user, now=now)
    assert deliveries_run(now=now) == 8
    assert len(set(addresses())) == 8


# Claims


def test_what_is_claimed_is_nobody_elses_until_the_lease_is_over(listener, now, settings):
    delivery = waiting(listener, now=now)
    pushed = waiting(listener, now=now, channel=Channel.PUSH)
    first = emails_claim(Clock(now))
    assert first.ids == {delivery.pk}
    assert pushes_claim(Clock(now)).ids == {pushed.pk}
    # Nor is what has come since: one mail at a time.
    waiting(listener, now=now)
    assert emails_claim(Clock(now)) is None
    assert pushes_claim(Clock(now)) is None
    after = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    assert emails_claim(Clock(after + timedelta(seconds=1))).ids == {delivery.pk}
    assert pushes_claim(Clock(after + timedelta(seconds=1))).ids == {pushed.pk}


def test_who_comes_back_after_the_lease_has_lost_the_row(listener, now, settings):
    delivery = waiting(listener, now=now)
    first = emails_claim(Clock(now))
    after = Clock(now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS + 1))
    second = emails_claim(after)
    assert second.ids == {delivery.pk}
    first.keep(after)
    assert first.ids == set()
    second.keep(after)
    assert second.ids == {delivery.pk}
    # And what it says of a failure counts no more.
    first.ids = {delivery.pk}
    first.postpone({delivery.pk}, due_at=now + timedelta(days=1), attempts=4, error="late")
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.due_at) == (0, now)


def test_a_lease_is_kept(listener, now, settings):
    waiting(listener, now=now)
    claimed = emails_claim(Clock(now))
    begun = claimed.until
    claimed.keep(Clock(now + timedelta(seconds=1)))
    assert claimed.until == begun
    claimed.keep(Clock(now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS / 2)))
    assert claimed.until > begun
    assert emails_claim(Clock(begun + timedelta(seconds=1))) is None


def test_reads_do_not_grow_with_the_batch(now, django_assert_num_queries):
    """Each mail has its own writes, so that it is marked at once; everything else is by the batch."""
    for count in (1, 30):
        for user in UserFactory.create_batch(count):
            waiting(user, now=now, actor=UserFactory())
            waiting(user, now=now, kind=Kind.MENTION, actor=UserFactory())
        with django_assert_num_queries(QUERIES + 4 * count):
            assert deliveries_run(now=now) == 2 * count


# Being woken


def enqueued():
    """The tasks that wait for a worker, the newest first."""
    return [json.loads(text)["headers"] for text in redis_client().lrange("celery", 0, -1)]


def test_a_sender_is_woken_after_the_commit(committed):
    before = len(enqueued())
    with committed():
        deliveries_wake_on_commit()
        assert len(enqueued()) == before
    assert len(enqueued()) == before + 1
    newest = enqueued()[0]
    assert newest["task"] == "social.tasks.deliveries_run"
    # One that comes later than beat's own is worth nothing.
    assert newest["expires"] is not None


def test_no_sender_is_woken_for_what_was_rolled_back(committed):
    before = len(enqueued())

    with committed(), contextlib.suppress(ValueError), transaction.atomic():
        deliveries_wake_on_commit()
        raise ValueError
    assert len(enqueued()) == before


def test_the_task_leaves_it_to_another_worker_that_is_at_it(listener, now):
    waiting(listener, now=now)
    with slot("deliveries", most=1, seconds=60):
        tasks.deliveries_run()
        assert mail.outbox == []
    tasks.deliveries_run()
    assert addresses() == [listener.email]
