"""What the tests of insights share."""

from collections.abc import Iterator

import pytest

from spaces_project.lib import activity
from spaces_project.lib.redis_client import redis_client
from tests.rooms.conftest import committed, join, no_audio, now, space

__all__ = ["committed", "join", "no_audio", "now", "space"]


@pytest.fixture(autouse=True)
def nobody_marked() -> Iterator[None]:
    """Nobody was here yet: databases that are rolled back give people the same ids again."""
    activity.forget()
    client = redis_client()
    if marked := list(client.scan_iter("spaces:active:*", count=1000)):
        client.delete(*marked)
    yield
    activity.forget()
