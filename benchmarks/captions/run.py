"""The engine that comes along, by itself (benchmarks/README.md): `python -m benchmarks.captions.run`."""

import argparse
import io
import resource
import time
from collections.abc import Iterator

import av
import numpy as np

from recordings.engines import sphinx
from recordings.engines.base import BYTES_PER_SECOND
from recordings.engines.base import SAMPLE_RATE as ENGINE_RATE
from rooms.demo.speech import MAYA, SAM, SAMPLE_RATE, Samples, Voice, resampled, silence, speak
from tests.agents.errors import errors_in

VOICES = {"clear": Voice("en-us+f2", 140, 40), "Maya": MAYA, "Sam": SAM}
SENTENCES = (
    "It is one of the most important questions that we have to answer today.",
    "Many of the people who live here have been waiting for a long time.",
    "The president said that the government would look at the problem again this year.",
    "We will meet again next week to talk about the money and the time that we need.",
    "You can see the water from the house when the weather is good.",
)
_PIECE = round(0.3 * BYTES_PER_SECOND)


def main() -> None:
    """Measure, and print a row of benchmarks/README.md for each voice, clean and through Opus."""
    options = argparse.ArgumentParser()
    options.add_argument("--bitrate", type=int, default=32_000, help="of Opus, in bits a second")
    bitrate = options.parse_args().bitrate
    before = memory_mb()
    engine = sphinx.load()
    print(f"the model takes {memory_mb() - before:.0f} MB")
    print("| voice | sound | word errors | core while guessing | core for whole lines alone |")
    print("| --- | --- | --- | --- | --- |")
    for name, voice in VOICES.items():
        spoken = [np.concatenate([silence(0.4), speak(text, voice), silence(0.4)]) for text in SENTENCES]
        for kind, sounds in (("clean", spoken), ("Opus", [through_opus(sound, bitrate) for sound in spoken])):
            wrong, guessing, alone = measured(engine, sounds)
            print(f"| {name} | {kind} | {wrong:.0%} | {guessing:.2f} | {alone:.2f} |", flush=True)


def memory_mb() -> float:
    """The most that this process has taken so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def measured(engine: sphinx.Sphinx, sounds: list[Samples]) -> tuple[float, float, float]:
    """Word errors, and what share of a core it takes with guesses and without."""
    texts, shares = [], []
    for guesses in (True, False):
        began, seconds = time.process_time(), 0.0
        for sound in sounds:
            pcm = resampled(sound, SAMPLE_RATE, ENGINE_RATE).round().astype("<i2").tobytes()
            seconds += len(pcm) / BYTES_PER_SECOND
            engine.begin()
            for piece in pieces(pcm):
                engine.hear(piece)
                if guesses:
                    engine.partial()
            texts.append(engine.end())
        shares.append((time.process_time() - began) / seconds)
    wrong = errors_in(" ".join(SENTENCES), " ".join(texts[: len(sounds)]))
    return wrong, shares[0], shares[1]


def pieces(pcm: bytes) -> Iterator[bytes]:
    """The sound as a worker hands it over."""
    for start in range(0, len(pcm), _PIECE):
        yield pcm[start : start + _PIECE]


def through_opus(sound: Samples, bitrate: int) -> Samples:
    """The sound as it is after Opus has had it."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = bitrate
        spoken = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
        spoken.sample_rate = SAMPLE_RATE
        for packet in (*stream.encode(spoken), *stream.encode(None)):
            out.mux(packet)
    file.seek(0)
    resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE)
    with av.open(file, "r") as heard:
        parts = [
            part.to_ndarray()[0] for frame in heard.decode(audio=0) for part in resampler.resample(frame)
        ]
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
