"""Lines of the logs: one name through request, task and command; JSON; nothing personal."""

import json
import logging
import threading

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.test import Client
from prometheus_client.exposition import generate_latest

from spaces_project.celery import SpacesTask
from spaces_project.lib import metrics
from spaces_project.lib.logs import JsonFormatter, PlainFormatter
from spaces_project.lib.redact import redacted, redacted_path
from spaces_project.lib.trace import command_trace, traced
from tests.operation.test_metrics import figures

UUID = "0e8c1d1a-9a41-7b5e-8f3c-2b1d5a9e7c10"


@pytest.fixture
def lines(caplog):
    """`lines()` is what was logged so far, as JSON."""
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


@pytest.mark.django_db
class TestRequests:
    """Over HTTP."""

    @pytest.mark.parametrize("name", ["a1b2-c3.d4_E5", "x" * 64])
    def test_the_name_that_comes_goes_back_and_is_in_the_line(self, lines, name):
        answer = Client().get("/", headers={"x-request-id": name})
        assert answer["X-Request-ID"] == name
        line = lines()[-1]
        assert {key: line[key] for key in ("trace", "method", "view", "status")} == {
            "trace": name,
            "method": "GET",
            "view": "home",
            "status": 200,
        }
        assert line["ms"] >= 0

    @pytest.mark.parametrize("name", ["", "x" * 65, "a b", "ä", 'a"}\n{"b', "../../etc"])
    def test_what_is_no_name_is_replaced(self, name):
        names = {Client().get("/", headers={"x-request-id": name})["X-Request-ID"] for _ in range(2)}
        assert len(names) == 2
        assert name not in names

    def test_no_handle_no_secret_in_the_lines_of_what_goes_wrong(self, lines, listener):
        client = Client(raise_request_exception=False)
        client.force_login(listener)
        client.get("/@somebody_else/")
        client.get(f"/no/such/{'s3cr3t' * 5}/?token=abc")
        client.post("/accounts/login/", {"login": "somebody@example.org", "password": "wrong"})
        told = json.dumps(lines())
        assert "Not Found" in told
        for word in ("somebody_else", "s3cr3t", "abc", "example.org", listener.handle):
            assert word not in told


def test_what_is_taken_out_of_a_line():
    assert redacted("redis://:hunter2@10.0.0.1:6379/0") == "redis://:…@10.0.0.1:6379/0"
    assert redacted("postgres://spaces:pw@db/x") == "postgres://spaces:…@db/x"
    assert redacted("550 <maya.k+x@example.org>: no such user") == "550 <<e-mail>>: no such user"
    assert redacted("Key (upper(handle::text))=(MAYA) already exists.") == (
        "Key (upper(handle::text))=(…) already exists."
    )
    assert redacted("GET /ws/?ticket=abc&x=1 of @maya_k") == "GET /ws/?ticket=…&x=1 of @…"
    assert redacted("Authorization: Bearer abc.def") == "Authorization: Bearer …"
    assert redacted("Error 111 connecting to 127.0.0.1:6379") == "Error 111 connecting to 127.0.0.1:6379"
    assert redacted_path(f"/spaces/{UUID}/") == f"/spaces/{UUID}/"
    assert redacted_path("/calendar/pZ3f9x81kQmW2n5s7t0vYb/feed.ics") == "/calendar/…/feed.ics"


def test_plain_lines_have_the_name_at_the_end():
    record = logging.LogRecord("rooms", logging.WARNING, __file__, 1, "Told %s", ("@maya",), None)
    assert PlainFormatter().format(record).endswith(" WARNING rooms: Told @…")
    with traced("abc"):
        assert PlainFormatter().format(record).endswith(" WARNING rooms: Told @… [abc]")


def test_names_of_commands():
    assert command_trace("c0", "7") == "c0.7"
    assert command_trace("c0", None) == command_trace("c0", "7 8\n") == "c0"
    assert len(command_trace("c" * 16, "7" * 64)) == 64


def test_a_task_goes_on_under_the_name_of_what_asked_for_it(lines, own_redis, settings):
    """Through a real broker, to a real worker."""
    # The worker sets its logs up by the settings: here pytest's stay.
    settings.LOGGING = {"version": 1, "incremental": True}
    own = Celery("own", task_cls=SpacesTask, broker=own_redis.url, set_as_current=False)
    reached = threading.Event()

    @own.task(name="fails")
    def fails() -> None:
        logging.getLogger("rooms").warning("In the task")
        reached.set()
        raise RuntimeError("as it should")

    failed = 'spaces_tasks_total{outcome="failed",task="fails"}'
    before = counted().get(failed, 0)
    with start_worker(own, pool="solo", perform_ping_check=False):
        with traced("the-one-who-asked"):
            own.send_task("fails")
        assert reached.wait(10)
    said = [line for line in lines() if line["message"] == "In the task"]
    assert [(line["trace"], line["door"]) for line in said] == [("the-one-who-asked", "task")]
    assert counted()[failed] == before + 1


def counted() -> dict[str, float]:
    return figures(generate_latest(metrics.registry_with([])).decode())
