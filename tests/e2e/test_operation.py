"""The whole product is well, by its own word."""

import json
from urllib.request import urlopen

import pytest

from tests.plugins.service import wait_until
from tests.plugins.services import LiveStack

pytestmark = [pytest.mark.e2e]


def test_all_parts_answer_and_the_doctor_finds_nothing_wrong(site: LiveStack) -> None:
    def parts() -> dict[str, str]:
        with urlopen(f"{site.url}/readyz") as answer:
            return {name: part["state"] for name, part in json.load(answer)["parts"].items()}

    with site.agents():
        wait_until(lambda: set(parts().values()) == {"ok"}, "every part answers")
        assert parts().keys() >= {"database", "redis", "livekit", "worker", "beat"}
        told = site.manage("doctor")
        for line in ("Websocket: opens", "LiveKit: opens no room by itself", "Webhooks: LiveKit's arrive"):
            assert f"  ok   {line}" in told
        assert "Nothing is wrong" in told
