"""Engines behind their one interface, each in a process of its own; a tiny one stands for those that are not here."""

import asyncio
import os
import signal
import sys
import types

import numpy as np
import pytest

from recordings.agents.decoders import Decoders, EngineDied, EngineProcess
from recordings.agents.utterances import Utterance
from recordings.engines import engine_for, sphinx, whisper
from recordings.engines.base import BYTES_PER_SECOND, SAMPLE_RATE, EngineInfo
from rooms.demo.speech import SAM, resampled, speak
from rooms.demo.speech import SAMPLE_RATE as SPOKEN_RATE

TINY = EngineInfo("tiny", False, "tests.agents.tiny_engine.load")
SLOW = EngineInfo("slow", False, "tests.agents.tiny_engine.load", {"delay": "0.3"})


def test_which_engine_understands_what(settings):
    found = engine_for("en")
    assert found is not None
    assert (found.name, found.rough) == ("pocketsphinx", True)
    assert engine_for("uk") is None

    settings.CAPTION_WHISPER_MODEL = "/models/small"
    found = engine_for("uk")
    assert found is not None
    assert (found.name, found.rough) == ("whisper small", False)
    assert found.options == {"model": "/models/small", "language": "uk"}
    settings.CAPTION_WHISPER_MODEL = "/models/small.en"
    assert engine_for("uk") is None


class TinyModel:
    """Stands for faster_whisper.WhisperModel: understands how long the sound is."""

    def __init__(self, folder: str, **options: object) -> None:
        self.folder, self.options, self.asked = folder, options, []

    def transcribe(self, sound: np.ndarray, **options: object) -> tuple:
        self.asked.append(options)
        parts = [types.SimpleNamespace(text=f" {len(sound) / 16_000:.1f} s ", no_speech_prob=0.1)]
        return iter([*parts, types.SimpleNamespace(text="hum", no_speech_prob=0.9)]), None


def test_the_way_of_faster_whisper(monkeypatch):
    monkeypatch.setitem(sys.modules, "faster_whisper", types.SimpleNamespace(WhisperModel=TinyModel))
    engine = whisper.load("/models/small", "uk")
    engine.begin()
    assert (engine.partial(), engine.end()) == ("", "")
    engine.hear(bytes(BYTES_PER_SECOND * 2))
    assert engine.partial() == "2.0 s"
    # Less than a second more is not worth the whole again.
    engine.hear(bytes(BYTES_PER_SECOND // 2))
    assert engine.partial() == "2.0 s"
    assert engine.end() == "2.5 s"
    model = engine._model
    assert (model.folder, model.options["local_files_only"]) == ("/models/small", True)
    assert [(asked["language"], asked["beam_size"]) for asked in model.asked] == [("uk", 1), ("uk", 5)]
    engine.begin()
    assert engine.end() == ""


def test_the_rough_engine_understands_silence_as_nothing():
    engine = sphinx.load()
    engine.begin()
    assert engine.end() == ""
    engine.begin()
    engine.hear(bytes(BYTES_PER_SECOND))
    assert engine.partial() == ""
    assert engine.end() == ""


@pytest.mark.parametrize("text", ["Hello and welcome.", "We have seen it."])
def test_what_the_rough_engine_understands_does_not_hang_on_guesses(text):
    pcm = resampled(speak(text, SAM), SPOKEN_RATE, SAMPLE_RATE).round().astype("<i2").tobytes()
    engine, found = sphinx.load(), []
    for guesses in (False, True, True):
        engine.begin()
        for start in range(0, len(pcm), BYTES_PER_SECOND // 2):
            engine.hear(pcm[start : start + BYTES_PER_SECOND // 2])
            if guesses:
                engine.partial()
        found.append(engine.end())
    assert found[0]
    assert found[1:] == [found[0], found[0]]


class Understood:
    """Keeps what was understood: (who, text, whether it is final)."""

    def __init__(self) -> None:
        self.said: list[tuple[int, str, bool]] = []

    async def __call__(self, utterance: Utterance, text: str, is_final: bool) -> None:
        self.said.append((utterance.user_id, text, is_final))

    def finals(self) -> list[tuple[int, str]]:
        return [(user, text) for user, text, is_final in self.said if is_final]


def spoken(user: int, seconds: float) -> Utterance:
    """Somebody has said something, and is through."""
    made = Utterance(user, f"User {user}", False, 0)
    made.add(bytes(round(seconds * BYTES_PER_SECOND)))
    made.end(round(1000 * seconds))
    return made


async def test_guesses_come_while_one_speaks_and_the_line_at_the_end():
    heard = Understood()
    decoders = Decoders(TINY, heard)
    going_on = Utterance(7, "Maya", False, 0)
    decoders.take(going_on)
    going_on.add(bytes(BYTES_PER_SECOND // 4))
    while not heard.said:
        await asyncio.sleep(0.01)
    assert heard.said == [(7, "0.25 s so far", False)]
    going_on.add(bytes(BYTES_PER_SECOND // 4))
    going_on.end(500)
    await decoders.finish()
    assert heard.said[-1] == (7, "0.50 s", True)
    await decoders.close()


async def test_what_nobody_reads_is_not_guessed_at():
    heard = Understood()
    decoders = Decoders(TINY, heard)
    decoders.guesses = False
    going_on = Utterance(7, "Maya", False, 0)
    decoders.take(going_on)
    for _ in range(5):
        going_on.add(bytes(BYTES_PER_SECOND // 4))
        await asyncio.sleep(0.01)
    going_on.end(1250)
    await decoders.finish()
    assert heard.said == [(7, "1.25 s", True)]
    await decoders.close()


async def test_who_is_behind_gets_whole_lines_alone_and_nothing_is_lost(settings):
    settings.CAPTION_DECODERS = 1
    heard = Understood()
    decoders = Decoders(TINY, heard)
    for user in range(1, 6):
        decoders.take(spoken(user, 5))
    await decoders.finish()
    assert heard.said == [(user, "5.00 s", True) for user in range(1, 6)]
    await decoders.close()


async def test_what_waits_too_long_is_dropped_the_oldest_first(settings):
    settings.CAPTION_DECODERS = 1
    settings.CAPTION_BACKLOG_SECONDS = 10
    heard = Understood()
    decoders = Decoders(SLOW, heard)
    for user in range(1, 6):
        decoders.take(spoken(user, 4))
    await decoders.finish()
    assert [user for user, _ in heard.finals()] == [4, 5]
    await decoders.close()


async def test_an_engine_that_dies_is_replaced_and_hears_it_all_again():
    heard = Understood()
    decoders = Decoders(TINY, heard)
    await decoders.warm()
    (engine,) = decoders._free
    going_on = Utterance(1, "Maya", False, 0)
    decoders.take(going_on)
    going_on.add(bytes(BYTES_PER_SECOND // 4))
    while not heard.said:
        await asyncio.sleep(0.01)
    os.kill(engine.pid, signal.SIGKILL)
    going_on.add(bytes(BYTES_PER_SECOND // 4))
    going_on.end(500)
    await decoders.finish()
    assert heard.finals() == [(1, "0.50 s")]
    await decoders.close()


async def test_an_engine_that_cannot_be_loaded_says_so():
    with pytest.raises(EngineDied):
        await EngineProcess.started(EngineInfo("broken", False, "tests.agents.tiny_engine.broken"))
