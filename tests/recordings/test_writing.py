"""Tracks on disk: they outlive their writers, say when the disk is full, and lie in step in the mix after ten minutes."""

import errno
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recordings.sound import SAMPLE_RATE
from recordings.sound.mixing import MixTrack, mix
from recordings.sound.reading import TrackReader, duration_ms
from recordings.sound.timeline import Timeline
from recordings.sound.writing import TrackWriter, is_being_written
from tests.recordings.making import spoken, write_track
from tests.recordings.sounds import shift

# What a recorder that is killed may lose.
LOST_SECONDS = 5.0

_SPEAKER = """
import sys, time
from pathlib import Path
import numpy as np
from recordings.sound import SAMPLE_RATE
from recordings.sound.writing import TrackWriter
writer, sound = TrackWriter(Path(sys.argv[1])), np.random.default_rng(1).normal(0, 3000, SAMPLE_RATE // 50)
for step in range(100_000):
    writer.write(sound.astype(np.int16), ended_at=(step + 1) / 50)
    if step == 1_000:
        print(step, flush=True)
        sys.stdin.readline()
"""


def test_a_killed_writer_loses_little(tmp_path):
    file = tmp_path / "track.ogg"
    with subprocess.Popen(
        [sys.executable, "-c", _SPEAKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        written = (int(writer.stdout.readline()) + 1) / 50
        assert is_being_written(file)
        writer.send_signal(signal.SIGKILL)

    assert not is_being_written(file)
    kept = duration_ms(str(file)) / 1000
    print(f"a writer that was killed after {written:.1f} s left {kept:.1f} s")
    assert 0 <= written - kept < LOST_SECONDS
    sound = TrackReader(str(file)).read(0, round(kept * SAMPLE_RATE))
    assert np.sqrt(np.mean(sound[-SAMPLE_RATE:] ** 2)) > 0.05


def test_a_full_disk_is_an_error_that_says_so(tmp_path):
    file = tmp_path / "full.ogg"
    file.symlink_to("/dev/full")
    writer = TrackWriter(file)
    with pytest.raises(OSError) as refused:
        writer.fill(upto=10)
    writer.abandon()
    assert refused.value.errno == errno.ENOSPC


def test_two_writers_never_have_the_same_file(tmp_path):
    writer = TrackWriter(tmp_path / "track.ogg")
    with pytest.raises(BlockingIOError):
        TrackWriter(tmp_path / "track.ogg")
    writer.close()
    assert not is_being_written(tmp_path / "track.ogg")
    assert not is_being_written(tmp_path / "another.ogg")


def test_what_is_written_is_where_it_was_said(tmp_path):
    sound = spoken("maya")
    write_track(tmp_path / "track.ogg", sound)
    read = TrackReader(str(tmp_path / "track.ogg")).read(0, len(sound))
    assert abs(shift(sound, read)) < SAMPLE_RATE // 1000


@pytest.mark.slow
def test_tracks_are_in_step_in_the_mix_after_ten_minutes(tmp_path):
    """Two microphones hear the same click; their clocks run 300 ppm apart either way, and what they send comes unevenly.

    Ten minutes of it are written as fast as it goes; between the clicks all is still.
    """
    at = (2.0, 598.0)
    files = [tmp_path / "fast.ogg", tmp_path / "slow.ogg"]
    click = np.random.default_rng(3).normal(0, 6_000, SAMPLE_RATE // 5)
    for file, rate in zip(files, (1.0003, 0.9997), strict=True):
        _write_clicks(file, rate, at, click)

    offsets = []
    for moment in at:
        heard = [_mixed(file, moment, tmp_path) for file in files]
        offsets.append(1000 * shift(heard[0], heard[1]) / SAMPLE_RATE)
    print(
        f"offset between the tracks: {offsets[0]:+.1f} ms at the beginning, {offsets[1]:+.1f} ms after ten minutes"
    )
    assert all(abs(offset) < 40 for offset in offsets)


def _write_clicks(file: Path, rate: float, at: tuple[float, ...], click: np.ndarray) -> None:
    """A microphone whose clock runs `rate` times as fast as ours, with frames of 100 ms that come up to 50 ms late."""
    random = np.random.default_rng(round(1e6 * rate))
    writer, frame = TrackWriter(file), SAMPLE_RATE // 10
    said = np.zeros(round(600 * rate * SAMPLE_RATE), np.int16)
    for moment in at:
        start = round(moment * rate * SAMPLE_RATE)
        said[start : start + len(click)] = click
    for step in range(len(said) // frame):
        late = abs(random.normal(0, 0.015))
        writer.write(said[step * frame : (step + 1) * frame], ended_at=(step + 1) * 0.1 / rate + late)
    writer.close()


def _mixed(file: Path, moment: float, folder: Path) -> np.ndarray:
    """Two seconds of the mix of one track, about a moment of it."""
    out = folder / "mix.mp3"
    starts_ms = round(1000 * moment) - 1_000
    mix(
        tracks=[MixTrack(0, duration_ms(str(file)), lambda: file.open("rb"))],
        timeline=Timeline([(starts_ms, starts_ms + 2_000)]),
        out=out,
    )
    return TrackReader(str(out)).read(0, 2 * SAMPLE_RATE)
