"""`/metrics`, for those whom settings name: what all processes of the machine have counted, and what is read for it."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from operation import readiness
from social.models import Delivery, Fanout, Notification
from spaces_project.lib import heartbeats
from stack.paths import ROOT

TOKEN = "a-token-of-prometheus"


@pytest.fixture
def scrape(settings):
    """`scrape()` is all figures by name and labels, as whoever may read them sees them."""
    settings.METRICS_TOKEN = TOKEN
    settings.LIVEKIT_URL = ""
    readiness.forget()

    def read() -> dict[str, float]:
        answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return figures(answer.content.decode())

    return read


def figures(text: str) -> dict[str, float]:
    """The lines of Prometheus' text."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


class TestWhoMayRead:
    """Token, or address."""

    @pytest.fixture(autouse=True)
    def none(self, settings) -> None:
        settings.METRICS_COLLECTORS = []

    @staticmethod
    def status(token: str = "", address: str = "10.9.8.7") -> int:
        headers = {"authorization": token} if token else {}
        return Client(REMOTE_ADDR=address).get("/metrics", headers=headers).status_code

    def test_nobody_without_a_setting(self, settings):
        settings.METRICS_TOKEN, settings.METRICS_ADDRESSES = "", []
        assert {
            self.status(),
            self.status("Bearer "),
            self.status("Bearer x"),
            self.status(address="127.0.0.1"),
        } == {403}

    def test_the_token(self, settings):
        settings.METRICS_TOKEN = TOKEN
        assert self.status(f"Bearer {TOKEN}") == 200
        wrong = ["Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \u00e9", ""]
        assert {self.status(one) for one in wrong} == {403}

    def test_the_addresses(self, settings):
        settings.METRICS_ADDRESSES = ["10.9.0.0/16", "::1"]
        assert [self.status(address=one) for one in ("10.9.8.7", "::1", "10.8.8.7", "nonsense")] == [
            200,
            200,
            403,
            403,
        ]


@pytest.mark.django_db
class TestFigures:
    """What is told."""

    def test_requests_by_view_and_status_and_never_by_address(self, scrape):
        client = Client()
        home = 'spaces_http_requests_total{method="GET",status="200",view="home"}'
        unknown = 'spaces_http_requests_total{method="OTHER",status="404",view="unknown"}'
        before = scrape()
        for _ in range(3):
            client.get("/")
        client.generic("BREW", "/no/such.address")
        after = scrape()
        assert after[home] - before.get(home, 0) == 3
        assert after[unknown] - before.get(unknown, 0) == 1
        assert not [name for name in after if "such" in name or "BREW" in name]
        assert after['spaces_http_request_seconds_count{view="home"}'] >= 3

    def test_what_waits_to_be_sent_and_told(self, scrape, listener):
        now = timezone.now()
        late = now - timedelta(seconds=90)
        Fanout.objects.create(key="a", audience="reminded", kind="live", due_at=late)
        Fanout.objects.create(key="b", audience="followers", kind="live", due_at=now + timedelta(hours=1))
        told = Notification.objects.create(user=listener, kind="live", key="c", created_at=now)
        Delivery.objects.create(notification=told, user=listener, channel="email", due_at=late)
        read = scrape()
        assert read["spaces_fanouts_waiting"] == 1
        assert 90 <= read["spaces_reminders_late_seconds"] < 100
        assert read['spaces_deliveries_waiting{channel="email"}'] == 1
        assert 90 <= read['spaces_deliveries_late_seconds{channel="email"}'] < 100
        assert read['spaces_deliveries_waiting{channel="push"}'] == 0
        assert read["spaces_ticket_holds"] == read["spaces_ticket_holds_late_seconds"] == 0

    def test_parts_and_when_they_were_heard_of(self, scrape):
        heartbeats.heard_of("webhook:livekit")
        read = scrape()
        assert read['spaces_part_up{part="redis"}'] == 1
        assert 'spaces_part_up{part="livekit"}' not in read
        assert 0 <= read['spaces_webhook_age_seconds{sender="livekit"}'] < 5

    def test_what_cannot_be_read_is_named_and_the_rest_goes_on(self, scrape, settings):
        settings.METRICS_COLLECTORS = [f"{__name__}.breaks", "rooms.figures.read"]
        read = scrape()
        assert read[f'spaces_collector_failed{{of="{__name__}.breaks"}}'] == 1
        assert read["spaces_live"] == 0


def breaks(now):
    raise RuntimeError("no figures today")


# Says what is there at its start; has two processes count, which fork from it as a worker's do; says what is there while they
# live, and when they have ended.
PROCESSES = """
import json, os, pathlib, sys
from prometheus_client.exposition import generate_latest
from spaces_project.lib import metrics

def told():
    print(json.dumps(generate_latest(metrics.registry_with([])).decode()), flush=True)

metrics.share(pathlib.Path(sys.argv[1]))
told()
metrics.REQUESTS.labels("home", "GET", 200).inc()
here, there = os.pipe(), os.pipe()
children = []
for _ in range(2):
    if child := os.fork():
        children.append(child)
        continue
    os.close(there[1])
    metrics.REQUESTS.labels("home", "GET", 200).inc(3)
    metrics.SOCKETS.labels("account").inc(2)
    metrics.FANOUT_SECONDS.labels("event").observe(0.02)
    os.write(here[1], b".")
    os.read(there[0], 1)
    os._exit(0)
for _ in children:
    os.read(here[0], 1)
told()
os.close(there[1])
for child in children:
    os.waitpid(child, 0)
told()
"""


def test_processes_add_up_and_the_dead_have_nothing_open(tmp_path):
    """Also those of a start before: while one of them lives. Once all are gone, the next begins at nothing."""

    def run() -> list[dict[str, float]]:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "spaces_project.settings"}
        command = [sys.executable, "-c", PROCESSES, str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, env=env, text=True, capture_output=True, check=True)
        return [figures(json.loads(line)) for line in done.stdout.splitlines()]

    requests = 'spaces_http_requests_total{method="GET",status="200",view="home"}'
    sockets = 'spaces_sockets{who="account"}'
    frames = 'spaces_fanout_seconds_count{kind="event"}'
    for _ in range(2):
        at_first, counted, ended = run()
        assert at_first == {}
        assert (counted[requests], counted[sockets], counted[frames]) == (7, 4, 2)
        assert (ended[requests], ended.get(sockets, 0), ended[frames]) == (7, 0, 2)
