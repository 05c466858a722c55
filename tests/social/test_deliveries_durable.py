"""Senders that are killed, and senders that meet: real processes and threads on PostgreSQL. Nobody is forgotten."""

import email
import email.policy
import threading
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from social.models import Channel, Delivery
from social.services.deliveries import deliveries_run
from social.webpush import keys
from tests.plugins.service import wait_until
from tests.rooms.racing import at_once
from tests.social.crowds import crowd, worker
from tests.social.delivering import waiting
from tests.social.push_service import Browser, Request, push_service

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TASK = "social.tasks.deliveries_run"
PEOPLE = 300


def written(folder: Path) -> list[EmailMessage]:
    """The mails in a folder of Django's file backend, which puts a line of dashes after each."""
    texts = [file.read_text() for file in folder.glob("*.log")]
    parts = [part.strip() for text in texts for part in text.split("\n" + "-" * 79 + "\n")]
    return [email.message_from_string(part, policy=email.policy.default) for part in parts if part]


@pytest.mark.slow
def test_killed_in_the_middle_of_a_batch_of_mail(tmp_path):
    """By Message-ID everybody has one mail: the one on its way at the time of death may be there twice, and is the same."""
    now = datetime.now(UTC)
    people = crowd(PEOPLE)
    for person in people:
        waiting(person, now=now)
        waiting(person, now=now)
    env = {
        "EMAIL_URL": f"filemail://{tmp_path}",
        "DELIVERY_BATCH": "100",
        "DELIVERY_LEASE_SECONDS": "2",
    }
    with worker(**env) as first:
        first.do(TASK)

        def is_in_the_middle() -> bool:
            # It stands still while one looks: between two batches nothing is claimed.
            first.pause()
            claimed = Delivery.objects.filter(state="waiting", claimed_until__isnull=False).exists()
            if claimed and len(written(tmp_path)) > 20:
                return True
            first.go_on()
            return False

        wait_until(is_in_the_middle, "the worker has sent some of a batch")
        first.kill()
    at_death = Counter(message["Message-ID"] for message in written(tmp_path))
    assert 20 < len(at_death) < PEOPLE
    with worker(**env) as second:

        def done() -> bool:
            second.do(TASK)
            return not Delivery.objects.filter(state="waiting").exists()

        wait_until(done, "the second worker has sent the rest")
    messages = written(tmp_path)
    by_id = {message["Message-ID"]: message for message in messages}
    assert Counter(message["To"] for message in by_id.values()) == Counter(person.email for person in people)
    assert len(messages) - len(by_id) <= 1
    assert all("and 1 more" in message["Subject"] for message in messages)
    assert Delivery.objects.filter(state="sent").count() == 2 * PEOPLE


@pytest.mark.slow
def test_killed_in_the_middle_of_pushes():
    """By topic every browser has its one: those on their way at the time of death may come again, in the first one's place."""
    now = datetime.now(UTC)
    people = crowd(60)
    private, _ = keys.new_pair()
    with push_service() as service:
        for person in people:
            Browser(f"{service.url}/{person.pk}").of(person)
            waiting(person, now=now, channel=Channel.PUSH, kind="live")
        env = {
            "VAPID_PRIVATE_KEY": private,
            "OUTGOING_ALLOW_LOCAL": "1",
            "PUSH_THREADS": "4",
            "DELIVERY_LEASE_SECONDS": "2",
        }
        with worker(**env) as first:
            dead = threading.Event()

            def kill_at_the_twentieth(request: Request) -> None:
                if len(service.got) == 20:
                    first.kill()
                    dead.set()

            service.before_answer = kill_at_the_twentieth
            first.do(TASK)
            assert dead.wait(60), "the worker has not sent twenty"
        service.before_answer = lambda request: None
        with worker(**env) as second:

            def done() -> bool:
                second.do(TASK)
                return not Delivery.objects.filter(state="waiting").exists()

            wait_until(done, "the second worker has sent the rest")
        topics = {(request.path, request.headers["topic"]) for request in service.got}
    assert Counter(path for path, _ in topics) == Counter(f"/{person.pk}" for person in people)
    # No more than were on their way twice.
    assert len(service.got) <= len(people) + 5
    assert Delivery.objects.filter(state="sent").count() == len(people)


def test_several_at_once_send_nothing_twice(settings):
    settings.DELIVERY_BATCH = 10
    settings.VAPID_PRIVATE_KEY, settings.VAPID_PUBLIC_KEY = keys.new_pair()
    settings.OUTGOING_ALLOW_LOCAL = True
    now = datetime.now(UTC)
    people = crowd(80)
    with push_service() as service:
        for person in people:
            Browser(f"{service.url}/{person.pk}").of(person)
            waiting(person, now=now)
            # A second row of the same person: whoever takes one must not leave the other to somebody else.
            waiting(person, now=now)
            waiting(person, now=now, channel=Channel.PUSH, kind="live")
        sent = at_once(*[lambda: deliveries_run(now=now)] * 4)
        while left := Delivery.objects.filter(state="waiting").count():
            assert deliveries_run(now=now) > 0, left
        paths = service.paths()
    assert all(isinstance(number, int) for number in sent), sent
    assert Counter(message.to[0] for message in mail.outbox) == Counter(person.email for person in people)
    assert Counter(paths) == Counter(f"/{person.pk}" for person in people)


def test_nothing_is_open_while_it_is_sent(settings, monkeypatch):
    """Neither a transaction nor a lock waits for a mail server."""
    seen = []
    now = datetime.now(UTC)
    for person in crowd(3):
        waiting(person, now=now)

    def look(self, messages):
        seen.append(connection.in_atomic_block)
        return len(messages)

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", look)
    assert deliveries_run(now=now) == 3
    assert seen == [False] * 3
