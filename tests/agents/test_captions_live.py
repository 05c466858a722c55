"""Captions, for real: what is said through LiveKit is written along, about as well as on the file itself, and soon."""

import time

import numpy as np
import psutil
import pytest

from recordings.engines import sphinx
from recordings.engines.base import SAMPLE_RATE as ENGINE_RATE
from recordings.models import CaptionLine
from rooms.demo.speech import SAMPLE_RATE, Samples, Voice, resampled, silence, speak
from rooms.services.audio import audio_connected
from tests.agents.conftest import pid_of
from tests.agents.errors import errors_in

pytestmark = [pytest.mark.livekit, pytest.mark.postgres]

# A voice and sentences that the rough engine understands better than most.
VOICE = Voice("en-us+f2", 140, 40)
SENTENCES = (
    "It is one of the most important questions that we have to answer today.",
    "Many of the people who live here have been waiting for a long time.",
    "The president said that the government would look at the problem again this year.",
    "You can see the water from the house when the weather is good.",
)
# What the way through LiveKit may add to the errors of the engine.
ADDED_MAX = 0.05
PARTIAL_SECONDS = 1.5


def test_what_is_said_is_understood_as_on_the_file_and_shown_soon(
    space, host, agents, running, enter, reader, now
):
    job = running(space)
    sounds = [speak(sentence, VOICE) for sentence in SENTENCES]
    voice, connection = enter(space, host)
    audio_connected(space=space, user=host, connection=connection)
    voice.say(silence(0.5))
    spoken, cpu, began = [], cpu_seconds(pid_of(job)), time.monotonic()
    for number, sound in enumerate(sounds):
        begun = time.monotonic()
        voice.say(sound)
        spoken.append((begun, time.monotonic()))
        while len(reader.data("captions.line")) <= number and time.monotonic() < spoken[-1][1] + 10:
            voice.say(silence(0.3))
    used = (cpu_seconds(pid_of(job)) - cpu) / (time.monotonic() - began)

    lines = list(CaptionLine.objects.filter(space=space).order_by("starts_at_ms"))
    assert len(lines) == len(SENTENCES)
    assert {(line.user_id, line.speaker_name, line.engine, line.language) for line in lines} == {
        (host.pk, host.display_name, "pocketsphinx", "en")
    }
    assert [data["text"] for data in reader.data("captions.line")] == [line.text for line in lines]
    through = errors_in(" ".join(SENTENCES), " ".join(line.text for line in lines))
    directly = errors_in(" ".join(SENTENCES), " ".join(understood(sounds)))

    # What is spoken when, by the clock of the Space: this machine's.
    zero = time.time() - time.monotonic() - now.timestamp()
    late = [
        abs(line.starts_at_ms / 1000 - begun - zero) for line, (begun, _) in zip(lines, spoken, strict=True)
    ]
    firsts = delays(reader.frames, "captions.partial", [begun for begun, _ in spoken])
    finals = delays(reader.frames, "captions.line", [end for _, end in spoken])
    print(
        f"\nword errors: {through:.0%} through LiveKit, {directly:.0%} on the file"
        f"\nfirst words after {np.median(firsts):.2f} s (p50), {max(firsts):.2f} s (p95)"
        f"\nwhole line {np.median(finals):.2f} s (p50), {max(finals):.2f} s (p95) after its end"
        f"\noffsets are right to {max(late):.2f} s; {used:.2f} of a core while one speaks"
    )
    assert through < directly + ADDED_MAX
    assert np.median(firsts) < PARTIAL_SECONDS
    assert max(late) < 1.0


def understood(sounds: list[Samples]) -> list[str]:
    """What the engine makes of the sound itself."""
    engine, texts = sphinx.load(), []
    for sound in sounds:
        engine.begin()
        engine.hear(resampled(sound, SAMPLE_RATE, ENGINE_RATE).round().astype("<i2").tobytes())
        texts.append(engine.end())
    return texts


def delays(frames: list, kind: str, moments: list[float]) -> list[float]:
    """For each moment, how long after it the first frame of this kind came."""
    came = [at for at, frame in frames if frame["type"] == kind]
    return [next(at for at in came if at > moment) - moment for moment in moments]


def cpu_seconds(pid: int) -> float:
    """What a process and its engines have used."""
    process = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))
