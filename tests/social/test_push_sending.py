"""Pushes arrive at a real push service, which reads them as the browser would; and what its answers lead to."""

import socket
import threading
from datetime import timedelta

import pytest

from social.models import Channel, Delivery, Kind, PushSubscription
from social.notification_words import Words
from social.services.deliveries import deliveries_run
from social.services.push import push_message
from social.webpush import keys, sending
from social.webpush.sending import Outcome
from tests.factories import UserFactory
from tests.social.delivering import state_of, waiting
from tests.social.push_service import Browser, push_service, signed_claims

pytestmark = pytest.mark.django_db

# Of a round with one batch of pushes, without the writes of each.
QUERIES = 17


@pytest.fixture(autouse=True)
def push_is_on(settings):
    settings.VAPID_PRIVATE_KEY, settings.VAPID_PUBLIC_KEY = keys.new_pair()
    settings.VAPID_SUBJECT = "mailto:team@spaces.example.org"
    settings.OUTGOING_ALLOW_LOCAL = True


@pytest.fixture
def service():
    with push_service() as made:
        yield made


@pytest.fixture
def live(host, now):
    """`live(user)`: the host is live, and that is to be pushed to somebody."""

    def made(user, **fields):
        asked = {
            "kind": Kind.LIVE,
            "channel": Channel.PUSH,
            "actor": host,
            "data": {"title": "Morning voices"},
        }
        return waiting(user, now=now, **asked | fields)

    return made


def test_the_browser_reads_what_was_sent(service, listener, live, now, settings):
    browser = Browser(f"{service.url}/one")
    row = browser.of(listener)
    delivery = live(listener, expires_at=now + timedelta(minutes=10))
    assert deliveries_run(now=now) == 1
    [request] = service.got
    said = browser.read(request)
    assert (said["title"], said["body"]) == ("The Host is live", "Morning voices")
    assert said["url"].startswith("/")
    assert said["icon"] == "/static/app/icon-192.png"
    assert said["tag"] == request.headers["topic"] == f"n{delivery.notification_id}"
    assert request.headers["urgency"] == "high"
    assert 590 <= int(request.headers["ttl"]) <= 600
    assert b"Morning" not in request.body
    claims, key = signed_claims(request)
    assert key == settings.VAPID_PUBLIC_KEY
    assert (claims["aud"], claims["sub"]) == (service.url, "mailto:team@spaces.example.org")
    assert 0 < claims["exp"] - now.timestamp() < 24 * 3600
    assert state_of(delivery) == ("sent", "")
    row.refresh_from_db()
    assert row.last_sent_at is not None


def test_every_device_of_the_person_and_of_nobody_else(service, listener, outsider, live, now):
    browsers = [Browser(f"{service.url}/{number}") for number in range(3)]
    for browser in browsers:
        browser.of(listener)
    Browser(f"{service.url}/other").of(outsider)
    live(listener)
    assert deliveries_run(now=now) == 1
    assert sorted(service.paths()) == ["/0", "/1", "/2"]
    by_path = {request.path: request for request in service.got}
    assert {browser.read(by_path[f"/{number}"])["title"] for number, browser in enumerate(browsers)} == {
        "The Host is live"
    }


def test_what_is_not_urgent_says_so(service, listener, live, now):
    Browser(f"{service.url}/one").of(listener)
    live(listener, kind=Kind.MENTION, data={"text": "Look"})
    deliveries_run(now=now)
    assert service.got[0].headers["urgency"] == "normal"
    assert service.got[0].headers["ttl"] == str(24 * 3600)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_dropped(service, listener, live, now, status):
    Browser(f"{service.url}/gone").of(listener)
    stays = Browser(f"{service.url}/stays").of(listener)
    service.answers["/gone"] = status
    delivery = live(listener)
    assert deliveries_run(now=now) == 1
    assert list(PushSubscription.objects.all()) == [stays]
    assert state_of(delivery) == ("sent", "")


def test_the_last_browser_is_gone(service, listener, live, now):
    Browser(f"{service.url}/gone").of(listener)
    service.answers["/gone"] = 410
    delivery = live(listener)
    assert deliveries_run(now=now) == 0
    assert state_of(delivery) == ("dropped", "No device any more.")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_tried_again_and_given_up_after_five(service, listener, live, now, settings, status):
    Browser(f"{service.url}/busy").of(listener)
    service.answers["/busy"] = status
    delivery = live(listener)
    moment = now
    for attempt, wait in enumerate(settings.DELIVERY_RETRY_SECONDS, start=1):
        assert deliveries_run(now=moment) == 0
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts, len(service.got)) == ("waiting", attempt, attempt)
        assert str(status) in delivery.error
        assert delivery.claimed_until is None
        # Not a moment earlier.
        deliveries_run(now=moment + timedelta(seconds=wait - 1))
        assert len(service.got) == attempt
        moment = delivery.due_at
    assert deliveries_run(now=moment) == 0
    assert len(service.got) == 5
    assert state_of(delivery)[0] == "failed"
    assert deliveries_run(now=moment + timedelta(days=1)) == 0
    assert len(service.got) == 5
    assert PushSubscription.objects.count() == 1


def test_it_works_the_second_time(service, listener, live, now):
    browser = Browser(f"{service.url}/one")
    browser.of(listener)
    service.answers["/one"] = 503
    delivery = live(listener)
    deliveries_run(now=now)
    del service.answers["/one"]
    delivery.refresh_from_db()
    assert deliveries_run(now=delivery.due_at) == 1
    # The second takes the first one's place, if it was taken after all.
    assert [browser.read(request)["tag"] for request in service.got] == [f"n{delivery.notification_id}"] * 2
    assert {request.headers["topic"] for request in service.got} == {f"n{delivery.notification_id}"}
    assert state_of(delivery) == ("sent", "")


@pytest.mark.parametrize("status", [400, 403, 413])
def test_refused_for_good(service, listener, live, now, status):
    Browser(f"{service.url}/one").of(listener)
    service.answers["/one"] = status
    delivery = live(listener)
    assert deliveries_run(now=now) == 0
    assert state_of(delivery) == ("failed", f"the push service answered {status}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(service, listener, live, now, status):
    Browser(f"{service.url}/one").of(listener)
    service.answers["/one"] = status
    delivery = live(listener)
    deliveries_run(now=now)
    assert service.paths() == ["/one"]
    assert state_of(delivery)[0] == "failed"


def test_nothing_is_sent_into_our_own_network(service, listener, live, now, settings):
    """A row of before the rules: refused at the moment of sending, and dropped with its browser."""
    Browser(f"{service.url}/one").of(listener)
    settings.OUTGOING_ALLOW_LOCAL = False
    delivery = live(listener)
    assert deliveries_run(now=now) == 0
    assert service.got == []
    assert state_of(delivery)[0] == "dropped"
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("keys_of_none", [("x", "y"), ("", ""), ("é", "é"), ("AAAA", "AAAA")])
def test_keys_that_nothing_can_be_written_with(service, listener, outsider, live, now, keys_of_none):
    row = Browser(f"{service.url}/one").of(listener)
    PushSubscription.objects.filter(pk=row.pk).update(p256dh=keys_of_none[0], auth=keys_of_none[1])
    Browser(f"{service.url}/other").of(outsider)
    broken, fine = live(listener), live(outsider)
    assert deliveries_run(now=now) == 1
    assert state_of(broken)[0] == "dropped"
    assert state_of(fine) == ("sent", "")
    assert not PushSubscription.objects.filter(pk=row.pk).exists()


def test_nobody_there(listener, live, now):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    Browser(f"http://127.0.0.1:{port}/one").of(listener)
    delivery = live(listener)
    assert deliveries_run(now=now) == 0
    assert state_of(delivery)[0] == "waiting"
    assert "ConnectionRefusedError" in delivery.error


def test_somebody_who_never_answers_is_cut_off(listener, live, now, settings):
    """Byte by byte, each within the time-out of a socket: the whole has a time of its own."""
    settings.PUSH_TIMEOUT_SECONDS = 0.5
    over = threading.Event()
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    while not over.wait(0.05):
                        connection.sendall(b"H")
                except OSError:
                    pass
            ended.set()

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        Browser(f"http://127.0.0.1:{server.getsockname()[1]}/one").of(listener)
        delivery = live(listener)
        assert deliveries_run(now=now) == 0
        # It was cut off by us.
        assert ended.wait(30)
        over.set()
        thread.join()
    assert state_of(delivery)[0] == "waiting"


def test_long_words_fit(service, listener, live, now):
    browser = Browser(f"{service.url}/one")
    browser.of(listener)
    delivery = live(listener)
    long = Words("🎉" * 2000, "é" * 5000, "/spaces/1/")
    message = push_message(delivery.notification, long, expires_at=None, now=now)
    outcome, _ = sending.push(
        sending.Browser(browser.endpoint, browser.p256dh, browser.auth),
        message,
        key=keys.vapid(),
        subject="mailto:a@example.com",
        timeout=5,
    )
    assert outcome is Outcome.TAKEN
    assert len(service.got[0].body) <= 4096
    said = browser.read(service.got[0])
    assert (len(said["title"]), len(said["body"]), said["url"]) == (120, 240, "/spaces/1/")
    endless = push_message(delivery.notification, Words("a", "b", "/" + "x" * 9000), expires_at=None, now=now)
    assert len(endless.body) < 4096


def test_without_a_key_or_device_it_is_dropped(service, listener, live, now, settings):
    without_device = live(listener)
    deliveries_run(now=now)
    assert state_of(without_device) == ("dropped", "No device.")
    Browser(f"{service.url}/one").of(listener)
    settings.VAPID_PRIVATE_KEY = ""
    without_key = live(listener)
    deliveries_run(now=now)
    assert state_of(without_key) == ("dropped", "Push is off.")
    assert service.got == []


def test_reads_do_not_grow_with_the_batch(service, live, now, django_assert_num_queries):
    """Each push has one write of its own, so that it is marked at once; everything else is by the batch."""

    def for_people(count):
        for user in UserFactory.create_batch(count):
            Browser(f"{service.url}/{user.pk}").of(user)
            live(user)

    for count in (1, 30):
        for_people(count)
        with django_assert_num_queries(QUERIES + count):
            assert deliveries_run(now=now) == count


def test_everything_that_is_sent_is_marked(service, live, now, settings):
    settings.DELIVERY_BATCH = 7
    for user in UserFactory.create_batch(20):
        Browser(f"{service.url}/{user.pk}").of(user)
        live(user)
    assert deliveries_run(now=now) == 20
    assert len(service.got) == 20
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
