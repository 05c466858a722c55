"""Sound is cut into utterances: where somebody speaks, and where they pause."""

import asyncio

import numpy as np
import pytest

from recordings.agents.utterances import (
    MAX_SECONDS,
    Segmenter,
    Sound,
    Utterance,
)
from recordings.engines.base import BYTES_PER_SECOND, SAMPLE_RATE
from rooms.demo.speech import SAMPLE_RATE as SPOKEN_RATE
from rooms.demo.speech import resampled, speak


@pytest.fixture(scope="module")
def sentence() -> bytes:
    """Some two seconds of speech."""
    spoken = speak("Hello everyone, and welcome to Spaces.")
    return resampled(spoken, SPOKEN_RATE, SAMPLE_RATE).round().astype("<i2").tobytes()


def quiet(seconds: float) -> bytes:
    """So much of a silent microphone: a little noise."""
    noise = np.random.default_rng(1).normal(0, 20, round(seconds * SAMPLE_RATE))
    return noise.astype("<i2").tobytes()


def cut(sound: bytes, piece: int = 2880) -> list:
    """What the segmenter makes of it, fed as it comes from a track."""
    segmenter = Segmenter()
    found = [part for at in range(0, len(sound), piece) for part in segmenter.feed(sound[at : at + piece])]
    return [*found, *segmenter.flush()]


def moments(found: list) -> list[tuple[str, float]]:
    return [(type(part).__name__, part.at) for part in found if not isinstance(part, Sound)]


def test_a_sentence_is_one_utterance_and_the_next_another(sentence):
    length = len(sentence) / BYTES_PER_SECOND
    found = cut(quiet(1) + sentence + quiet(1.5) + sentence + quiet(1.5))
    names = [name for name, _ in moments(found)]
    assert names == ["Begun", "Ended", "Begun", "Ended"]
    (begun, ended, again, last) = [at for _, at in moments(found)]
    assert begun == pytest.approx(1, abs=0.3)
    assert ended == pytest.approx(1 + length, abs=0.4)
    assert again == pytest.approx(2.5 + length, abs=0.3)
    assert last == pytest.approx(2.5 + 2 * length, abs=0.4)
    heard = sum(len(part.pcm) for part in found if isinstance(part, Sound))
    assert heard == pytest.approx(2 * len(sentence), rel=0.35)


def test_minutes_of_silence_are_nothing():
    assert cut(quiet(180)) == []
    assert cut(bytes(BYTES_PER_SECOND * 60)) == []


def test_who_never_pauses_is_cut_off_all_the_same(sentence):
    # Without the pauses that are in it a sentence is one stream of sound.
    found = moments(cut(sentence * 12))
    lengths = [end - begin for (_, begin), (_, end) in zip(found[::2], found[1::2], strict=True)]
    assert len(lengths) > 1
    assert max(lengths) <= MAX_SECONDS + 0.5


def test_sound_that_ends_ends_the_utterance(sentence):
    assert [name for name, _ in moments(cut(sentence[: len(sentence) // 2]))] == ["Begun", "Ended"]


async def test_an_utterance_is_read_while_it_goes_on():
    spoken = Utterance(1, "Maya", True, 1000)
    reading = asyncio.ensure_future(spoken.next(0.5))
    await asyncio.sleep(0)
    assert not reading.done()
    spoken.add(b"ab" * SAMPLE_RATE)
    assert len(await reading) == BYTES_PER_SECOND // 2
    assert spoken.waiting_seconds == 0.5
    assert len(await spoken.next(5)) == BYTES_PER_SECOND // 2
    spoken.end(900)
    assert (await spoken.next(1), spoken.ends_at_ms) == (b"", 1000)
    spoken.rewind()
    assert len(await spoken.next(5)) == BYTES_PER_SECOND
