"""What the demo puts in: a Space to hear again, once."""

import pytest

from recordings.demo import TITLE, seed
from recordings.models import CaptionLine, Recording
from recordings.services.mixing import recordings_mix
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_a_replay_is_there_once_a_worker_has_made_it(now):
    host, *_ = [UserFactory(handle=handle) for handle in ("demo_host", "demo_listener", "demo_listener_2")]
    for _ in range(2):
        seed(host=host, now=now)
    assert recordings_mix(now=now) == 1
    recording = Recording.objects.get()
    assert (recording.space.title, recording.state) == (TITLE, Recording.State.READY)
    assert recording.duration_ms > 40_000
    assert CaptionLine.objects.count() == recording.tracks.count() == 14
