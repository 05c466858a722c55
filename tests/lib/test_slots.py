"""How many may do the same at once."""

from uuid import uuid4

import pytest

from spaces_project.lib.redis_client import redis_client
from spaces_project.lib.slots import slot


@pytest.fixture
def name():
    return f"test-{uuid4()}"


def test_no_more_than_there_are_places(name):
    with slot(name, most=2, seconds=60) as first, slot(name, most=2, seconds=60) as second:
        assert (first, second) == (True, True)
        with slot(name, most=2, seconds=60) as third:
            assert third is False
        # Whoever had none gives none back.
        with slot(name, most=2, seconds=60) as third:
            assert third is False
    with slot(name, most=2, seconds=60) as again:
        assert again is True


def test_a_place_is_given_back_whatever_happens(name):
    with pytest.raises(RuntimeError, match="broken"), slot(name, most=1, seconds=60):
        raise RuntimeError("broken")
    with slot(name, most=1, seconds=60) as again:
        assert again is True


def test_the_place_of_somebody_killed_is_free_after_its_time(name):
    with slot(name, most=1, seconds=60):
        [key] = redis_client().scan_iter(f"spaces:slot:{name}:*")
        assert 0 < redis_client().ttl(key) <= 60


def test_who_took_too_long_gives_nobody_elses_place_back(name):
    with slot(name, most=1, seconds=60):
        [key] = redis_client().scan_iter(f"spaces:slot:{name}:*")
        redis_client().set(key, "of another", ex=60)
    assert redis_client().get(key) == "of another"


def test_without_redis_everybody_has_a_place(name, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with slot(name, most=1, seconds=60) as first, slot(name, most=1, seconds=60) as second:
        assert (first, second) == (True, True)
