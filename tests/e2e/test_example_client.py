"""`examples/client.py`, a program that knows only the docs, among people."""

import asyncio
import os
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rooms.demo.speech import SAM, SAMPLE_RATE, Samples, speak, write_wav
from stack.paths import ROOT
from tests.audio.likeness import likeness, likeness_to_loop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ALIKE, UNLIKE = 0.6, 0.4
CLIENT = ROOT / "examples" / "client.py"


@pytest.fixture
def program(site, tmp_path) -> Callable[..., subprocess.Popen]:
    """`program(account, "visit", …)` starts the client as that person, where nothing of the product can be imported."""
    started: list[subprocess.Popen] = []

    def start(account, *arguments: str, password: str = "spaces-demo") -> subprocess.Popen:
        whom = ["--site", site.url, "--as", account.handle]
        command = [sys.executable, "-I", "-X", "utf8", str(CLIENT), *whom, *arguments]
        env = {"PATH": os.environ["PATH"], "SPACES_PASSWORD": password}
        one = subprocess.Popen(
            command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()
        one.communicate()


def heard_in(file: Path) -> Samples:
    """The samples of a WAV file."""
    with wave.open(str(file)) as wav:
        return np.frombuffer(wav.readframes(wav.getnframes()), np.int16)


def test_it_listens_asks_to_speak_and_is_heard(host, fan, app, background, program, words, tmp_path):
    client = app(host)
    space = background.run(client.start_space("For all programs"))["id"]
    answer = speak("An answer from a program, about bread and butter.", SAM)
    write_wav(tmp_path / "answer.wav", answer)

    async def evening() -> Samples:
        async with client.seat(space) as seat:
            microphone = await seat.unmute()
            talking = asyncio.create_task(talk(microphone))
            does = ["--write=heard.wav", "--react=🔥", "--ask=I was there.", "--say=answer.wav", "--listen=6"]
            visit = program(fan, "visit", *does)
            asking = await seat.event("request.added", timeout=60)
            assert asking["data"]["request"]["pitch"] == "I was there."
            await client.request("POST", f"spaces/{space}/requests/{fan.handle}/accept/")
            await seat.socket.event(lambda event: event["type"] == "stage.left", timeout=60)
            talking.cancel()
            ticks = [event["data"] for event in seat.socket.events if event["type"] == "space.tick"]
            assert {"🔥": 1} in [tick.get("reactions") for tick in ticks]
            printed, problem = await asyncio.to_thread(visit.communicate, timeout=60)
            assert visit.returncode == 0, problem
            assert "For all programs: Hana" in printed
            return seat.sound.heard()

    async def talk(microphone) -> None:
        while True:
            await microphone.say(words)

    assert likeness(answer[SAMPLE_RATE // 2 :], background.run(evening(), 120)) > ALIKE
    heard = heard_in(tmp_path / "heard.wav")
    assert len(heard) > 3 * SAMPLE_RATE
    # Whatever it heard, at most one round of it.
    assert likeness_to_loop(words, heard[: len(words)]) > ALIKE
    assert likeness_to_loop(answer, heard[: len(words)]) < UNLIKE


def test_what_is_refused_is_said_with_its_code(host, fan, app, background, program):
    client = app(host)
    space = background.run(client.start_space("Soon over"))["id"]
    background.run(client.end_space(space))
    too_late, somebody_else = program(fan, "visit", space), program(fan, "bubbles", password="wrong")
    for one, said in ((too_late, "This Space has ended. (space.ended)"), (somebody_else, "(sign_in)")):
        _, problem = one.communicate(timeout=60)
        assert one.returncode == 1
        assert problem.strip().endswith(said)
