"""How often somebody may do something."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from spaces_project.lib import rate
from spaces_project.lib.errors import TooMany

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def passes():
    """`passes(3.5)`: whether somebody new, who may do it 3 times in 10 s, may do it at that second."""
    who = f"user:{uuid4()}"

    def tried(seconds: float, *, action: str = "test", name: str = who) -> bool:
        try:
            rate.require(name, action, 3, 10, now=at(seconds))
        except TooMany:
            return False
        return True

    return tried


def test_never_more_in_any_stretch(passes):
    """Where a counter that starts anew would let six through between 9 and 11."""
    assert [passes(second) for second in (0, 9, 9.5, 9.9, 10, 10.5, 11, 18.9, 19, 19.5, 19.9)] == [
        *(True, True, True, False),
        *(True, False, False, False),
        *(True, True, False),
    ]


def test_what_is_refused_does_not_count(passes):
    for _ in range(3):
        assert passes(0)
    assert not any(passes(second) for second in (1, 5, 9, 9.999))
    assert passes(10)


def test_who_and_what_are_counted_apart(passes):
    for _ in range(3):
        assert passes(0)
    assert passes(0, action="another")
    assert passes(0, name=f"user:{uuid4()}")
    assert not passes(0)


def test_how_long_to_wait():
    who = f"user:{uuid4()}"
    rate.require(who, "test", 1, 10, now=at(0))
    for seconds, wait in [(0, 10), (0.1, 10), (8.9, 2), (9.999, 1)]:
        with pytest.raises(TooMany) as refused:
            rate.require(who, "test", 1, 10, now=at(seconds))
        assert refused.value.retry_after == wait
        assert str(wait) in refused.value.message


def test_a_hundred_at_once(passes):
    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(passes, [0.0] * 100)) == 3


def test_without_redis_everything_passes(passes, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert all(passes(0) for _ in range(5))
