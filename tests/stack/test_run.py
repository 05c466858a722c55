"""`make run` itself, with all its processes."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from stack.livekit import AudioServer
from tests.plugins.service import wait_until
from tests.stack.conftest import Started, alive


@pytest.mark.slow
def test_without_audio_server_the_site_runs_and_ends_on_sigterm(
    stack_run: Callable[..., Started], tmp_path: Path
) -> None:
    run = stack_run(LIVEKIT_SERVER="/nowhere/livekit-server")
    run.wait_for("Spaces is ready: http://127.0.0.1:")
    lines = [line for line in run.output().splitlines() if "without sound" in line]
    assert lines == [
        "Spaces starts without sound: LIVEKIT_SERVER names /nowhere/livekit-server, "
        "which is not a program: correct it or unset it."
    ]
    note = tmp_path / "var" / "running.json"
    environment = json.loads(note.read_text())["environment"]
    assert environment["LIVEKIT_URL"] == environment["LIVEKIT_WS_URL"] == ""
    assert note.stat().st_mode & 0o077 == 0
    for address in (environment["SITE_URL"], environment["STRIPE_API_BASE"]):
        with urlopen(address) as answer:
            assert answer.status == 200

    # Celery's own word that it works.
    run.wait_for(" ready.\n")
    run.wait_for("beat: Starting...")
    site = environment["SITE_URL"]

    def all_is_well() -> bool:
        with urlopen(f"{site}/readyz") as answer:
            parts = json.load(answer)["parts"]
        return all(part["state"] in ("ok", "off") for part in parts.values())

    wait_until(all_is_well, "worker and beat are heard of", 30)

    def told(figure: str) -> bool:
        with urlopen(f"{site}/metrics") as answer:
            return figure in answer.read().decode()

    # What the worker has counted, told by a web process.
    done = 'spaces_tasks_total{outcome="done",task="operation.tasks.tick"}'
    wait_until(lambda: told(done), "a task of beat is done", 30)
    assert told('spaces_http_requests_total{method="GET",status="200",view="home"}')
    family = run.family()
    assert len(family) >= 16, (
        "the stack; guards and programs of redis, stripe, web, two workers and beat; the workers' three"
    )
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(timeout=60) == 0
    wait_until(lambda: not alive(family), "all processes are gone", 30)
    assert not note.exists()


def test_audio_server_listens_on_loopback_and_keeps_its_secret(tmp_path: Path) -> None:
    file = tmp_path / "livekit.yaml"
    AudioServer(7880, 7881, 7882, "key", "s" * 32, "http://127.0.0.1:8000/webhooks/livekit/").write_config(
        file
    )
    config = json.loads(file.read_text())
    assert config["bind_addresses"] == ["127.0.0.1"]
    assert config["rtc"]["node_ip"] == "127.0.0.1"
    assert config["room"]["auto_create"] is False
    assert config["webhook"] == {"api_key": "key", "urls": ["http://127.0.0.1:8000/webhooks/livekit/"]}
    assert file.stat().st_mode & 0o077 == 0
