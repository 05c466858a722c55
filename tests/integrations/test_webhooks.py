"""Webhooks: what happens is written down once, signed, sent, tried again, and logged; to addresses on the internet alone."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta

import pytest
from django.test import Client as Browser

from integrations.models import Kind, Webhook, WebhookDelivery
from integrations.services import sending
from integrations.services.events import events_catch_up, space_event_write
from integrations.services.sending import webhooks_purge, webhooks_run
from integrations.services.webhooks import webhook_change, webhook_create, webhook_ping
from integrations.tasks import space_event_write as space_event_task
from rooms.models import Space
from rooms.services.lifecycle import space_end, space_start
from spaces_project.lib.errors import Invalid
from stack.ports import free_port
from tests.rooms.ahead import scheduled
from tests.social.push_service import push_service

HOOKS = "/api/v1/me/webhooks/"
ALL = [kind.value for kind in Kind if kind != Kind.PING]
State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def no_audio(settings) -> None:
    settings.LIVEKIT_URL = ""


@pytest.fixture
def receiver(settings):
    """A server on this machine that keeps what it gets."""
    settings.OUTGOING_ALLOW_LOCAL = True
    with push_service() as service:
        yield service


@pytest.fixture
def hook(db, host, receiver, now) -> Webhook:
    return webhook_create(owner=host, url=f"{receiver.url}/hook", kinds=ALL, now=now)


def rows() -> list[tuple[str, str, int]]:
    """kind, state and attempts of everything that was to be sent, the oldest first."""
    return list(WebhookDelivery.objects.order_by("pk").values_list("kind", "state", "attempts"))


def is_signed(request, secret: str) -> bool:
    """As Standard Webhooks says, worked out anew."""
    sent = request.headers
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{sent['webhook-id']}.{sent['webhook-timestamp']}.".encode() + request.body
    ours = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return sent["webhook-signature"] == f"v1,{ours}"


class TestEvents:
    """What happens is written down."""

    def test_the_life_of_a_space_is_told_signed_and_once(self, hook, receiver, host, now):
        space = space_start(host=host, title="Morning voices", now=now)
        assert space_event_write(kind=Kind.STARTED, space_id=space.pk, now=now) == 1
        assert space_event_write(kind=Kind.STARTED, space_id=space.pk, now=now) == 0
        space_end(space=space, by=host, now=now + timedelta(minutes=42))
        space_event_task(Kind.ENDED.value, str(space.pk))
        assert webhooks_run(now=now + timedelta(hours=1)) == 2
        started, ended = sorted(receiver.got, key=lambda one: json.loads(one.body)["type"], reverse=True)
        told = json.loads(started.body)
        assert (told["type"], told["data"]["space"]["title"]) == ("space.started", "Morning voices")
        assert told["data"]["space"]["host"]["handle"] == host.handle
        assert told["data"]["space"]["url"].endswith(f"/spaces/{space.pk}/")
        assert json.loads(ended.body)["data"]["space"]["end_reason"] == "host"
        assert all(is_signed(one, hook.secret) for one in receiver.got)
        assert not is_signed(started, webhook_create(owner=host, url=hook.url, kinds=ALL, now=now).secret)
        assert webhooks_run(now=now + timedelta(hours=2)) == 0
        assert rows() == [("space.started", "sent", 1), ("space.ended", "sent", 1)]

    def test_only_who_hosts_and_only_what_is_wanted(self, hook, receiver, host, outsider, now):
        webhook_create(owner=outsider, url=f"{receiver.url}/other", kinds=ALL, now=now)
        webhook_change(owner=host, webhook_id=hook.pk, kinds=["space.ended"], now=now)
        space = space_start(host=host, title="Morning voices", now=now)
        assert space_event_write(kind=Kind.STARTED, space_id=space.pk, now=now) == 0
        assert space_event_write(kind=Kind.ENDED, space_id=space.pk, now=now) == 1
        webhook_change(owner=host, webhook_id=hook.pk, is_on=False, now=now)
        assert space_event_write(kind=Kind.CANCELLED, space_id=space.pk, now=now) == 0

    def test_what_a_worker_was_never_told_of_is_found(self, hook, host, now):
        space = space_start(host=host, title="Morning voices", now=now)
        space_end(space=space, by=host, now=now + timedelta(minutes=1))
        later = now + timedelta(minutes=10)
        assert events_catch_up(now=later) == 2
        assert events_catch_up(now=later) == 0
        # It has the name that the task would have given it.
        assert space_event_write(kind=Kind.STARTED, space_id=space.pk, now=later) == 0
        WebhookDelivery.objects.all().delete()
        assert events_catch_up(now=now + timedelta(hours=2)) == 0

    def test_spaces_say_what_they_do(self, hook, host, now, monkeypatch, django_capture_on_commit_callbacks):
        said = []
        monkeypatch.setattr("integrations.receivers.enqueue", lambda name, kind, space: said.append(kind))
        with django_capture_on_commit_callbacks(execute=True):
            ahead = scheduled(host, now)
            space_end(space=space_start(host=host, title="x", now=now), by=host, now=now)
        assert said == ["space.announced", "space.started", "space.ended"]
        assert ahead.state == Space.State.SCHEDULED


class TestSending:
    """What is due goes out."""

    def test_what_is_not_taken_is_tried_for_a_day_and_then_given_up(
        self, hook, receiver, host, now, settings
    ):
        receiver.answers["/hook"] = 503
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        moment, waits = now, []
        while WebhookDelivery.objects.get().state == State.WAITING:
            assert webhooks_run(now=moment) == 1
            row = WebhookDelivery.objects.get()
            waits.append(round((row.due_at - moment).total_seconds()))
            assert webhooks_run(now=row.due_at - timedelta(seconds=2)) == 0 or row.state != State.WAITING
            moment = row.due_at + timedelta(seconds=1)
        assert waits[:-1] == list(settings.WEBHOOK_RETRY_SECONDS)
        assert (row.attempts, row.status, row.state) == (len(waits), 503, State.FAILED)
        assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
        hook.refresh_from_db()
        assert (hook.failures, hook.is_on) == (1, True)

    def test_one_that_takes_nothing_is_turned_off_and_one_success_forgives(
        self, hook, receiver, host, now, settings
    ):
        settings.WEBHOOK_RETRY_SECONDS = ()
        settings.WEBHOOK_FAILURES_MAX = 2
        receiver.answers["/hook"] = 500
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        webhooks_run(now=now)
        receiver.answers["/hook"] = 204
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        webhooks_run(now=now)
        hook.refresh_from_db()
        assert (hook.failures, hook.last_ok_at is not None) == (0, True)
        receiver.answers["/hook"] = 302
        for _ in range(3):
            WebhookDelivery.objects.create(webhook=hook, kind=Kind.PING, body="{}", due_at=now)
        settings.WEBHOOK_BATCH = settings.WEBHOOK_THREADS = 1
        webhooks_run(now=now)
        hook.refresh_from_db()
        assert not hook.is_on
        assert hook.off_reason
        # What waited is not sent when it is turned on again.
        assert rows()[-1] == ("ping", "failed", 0)
        assert not [one for one in receiver.got if one.path.startswith("GET")]

    def test_gone_is_gone(self, hook, receiver, host, now):
        receiver.answers["/hook"] = 410
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        webhooks_run(now=now)
        hook.refresh_from_db()
        assert not hook.is_on
        assert rows() == [("ping", "failed", 1)]

    def test_nobody_there_is_logged_in_words(self, hook, host, now):
        Webhook.objects.update(url=f"http://127.0.0.1:{free_port()}/")
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        webhooks_run(now=now)
        row = WebhookDelivery.objects.get()
        assert (row.state, row.status, row.error.split(":")[0]) == ("waiting", None, "ConnectionRefusedError")

    def test_a_worker_that_dies_lets_go_of_its_rows(self, hook, receiver, host, now, settings):
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        claim, claimed = sending._claimed(now)
        assert len(claimed) == 1
        assert webhooks_run(now=now) == 0
        after = now + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
        assert webhooks_run(now=after) == 1
        # The first was only slow: what it has to say of a failure counts no more.
        sending._mark(claimed[0], claim, sending.Sent(500, 1), now=after)
        assert rows() == [("ping", "sent", 1)]

    def test_inside_of_our_own_network_nothing_is_sent(self, hook, receiver, host, now, settings):
        webhook_ping(owner=host, webhook_id=hook.pk, now=now)
        settings.OUTGOING_ALLOW_LOCAL = False
        webhooks_run(now=now)
        assert receiver.got == []
        row = WebhookDelivery.objects.get()
        assert (row.state, row.error) == ("failed", "refused: it is not https")
        for url in (
            "https://127.0.0.1/",
            "https://localhost/",
            "http://example.com/",
            "https://a.internal/x",
            "x",
        ):
            with pytest.raises(Invalid) as refused:
                webhook_create(owner=host, url=url, kinds=ALL, now=now)
            assert list(refused.value.fields) == ["url"]

    def test_the_log_is_kept_for_two_weeks(self, hook, now):
        for days, state in ((13, "sent"), (15, "sent"), (15, "waiting")):
            at = now - timedelta(days=days)
            WebhookDelivery.objects.create(
                webhook=hook, kind=Kind.PING, body="{}", due_at=at, created_at=at, state=state
            )
        assert webhooks_purge(now=now) == 1


class TestDoors:
    """API and pages."""

    def test_over_rest(self, hook, api, host, outsider, receiver, now, settings):
        client = api(host)
        made = client.post(HOOKS, {"url": f"{receiver.url}/two", "kinds": ["space.ended"]})
        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        one = f"{HOOKS}{made.json()['id']}/"
        assert "secret" not in client.get(one).json()
        assert len(client.get(HOOKS).json()["results"]) == 2
        assert client.patch(one, {"kinds": ["space.started"]}).json()["kinds"] == ["space.started"]
        sent = client.post(f"{one}ping/")
        assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
        webhooks_run(now=now + timedelta(minutes=1))
        (row,) = client.get(f"{one}deliveries/").json()["results"]
        assert (row["kind"], row["state"], row["status"]) == ("ping", "sent", 201)
        again = f"/api/v1/me/webhook-deliveries/{row['id']}/again/"
        assert client.post(again).json()["state"] == "waiting"
        webhooks_run(now=now + timedelta(minutes=2))
        assert len({request.headers["webhook-id"] for request in receiver.got}) == 1
        for method, address in (
            ("get", one),
            ("patch", one),
            ("delete", one),
            ("post", f"{one}ping/"),
            ("post", again),
        ):
            answer = getattr(api(outsider), method)(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "webhook.not_found")
        assert client.patch(one, {"is_on": False}).json()["is_on"] is False
        assert client.post(f"{one}ping/").json()["code"] == "webhook.off"
        settings.WEBHOOKS_MAX = 2
        body = {"url": hook.url, "kinds": ALL}
        assert client.post(HOOKS, body).json()["code"] == "webhook.too_many"
        assert client.delete(one).status_code == 204
        assert api(None).get(HOOKS).status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"url": "https://example.com/", "kinds": []},
            {"url": "https://example.com/", "kinds": ["ping"]},
            {"url": "https://example.com/", "kinds": "space.ended"},
            {"url": "https://example.com/\x00", "kinds": ["space.ended"]},
            {"url": "https://example.com/" + "x" * 1000, "kinds": ["space.ended"]},
            {"url": 7, "kinds": [None]},
        ],
    )
    def test_bad_input(self, api, host, body):
        assert api(host).post(HOOKS, body).json()["code"] == "invalid"

    def test_by_the_pages(self, hook, receiver, host, now):
        browser = Browser()
        browser.force_login(host)
        new = "/settings/webhooks/new/"
        wrong = browser.post(new, {"url": "nonsense"})
        assert wrong.status_code == 400
        assert "Choose what it is told of." in wrong.content.decode()
        made = browser.post(new, {"url": f"{receiver.url}/page", "kinds": ["space.started"]}).content.decode()
        secret = re.search(r'id="secret" value="(whsec_[^"]+)"', made)[1]
        mine = Webhook.objects.get(secret=secret)
        page = f"/settings/webhooks/{mine.pk}/"
        assert "Nothing yet" in browser.get(page).content.decode()
        assert browser.post(page, {"url": mine.url, "kinds": ["space.ended"]}).status_code == 302
        assert browser.post(page, {"url": "x", "kinds": []}).status_code == 400
        browser.post(f"{page}ping/")
        webhooks_run(now=now + timedelta(minutes=1))
        shown = browser.get(page).content.decode()
        assert "answered 201" in shown
        assert secret not in shown
        browser.post(f"/settings/webhook-deliveries/{WebhookDelivery.objects.get().pk}/again/")
        assert WebhookDelivery.objects.get().state == State.WAITING
        browser.post(f"{page}switch/", {"on": "0"})
        assert "It is off" in browser.get(page).content.decode()
        browser.post(f"{page}delete/")
        assert browser.get(page).status_code == 404
        assert mine.url not in browser.get("/settings/webhooks/").content.decode()

    def test_the_log_takes_the_same_queries_for_many(self, hook, host, now, django_assert_num_queries):
        browser = Browser()
        browser.force_login(host)
        page = f"/settings/webhooks/{hook.pk}/"
        WebhookDelivery.objects.create(webhook=hook, kind=Kind.PING, body="{}", due_at=now)
        browser.get(page)
        for count in (1, 12):
            with django_assert_num_queries(6):
                browser.get(page)
            for _ in range(count, 12):
                WebhookDelivery.objects.create(webhook=hook, kind=Kind.PING, body="{}", due_at=now)


@pytest.mark.django_db
def test_tokens_do_not_reach_webhooks(bot, listener):
    assert bot(listener, "read").get(HOOKS).json()["code"] == "token.scope"
