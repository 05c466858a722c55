"""Which worker does what: what keeps live rooms right has a queue of its own."""

from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
from kombu import Connection
from redis import Redis

from spaces_project.celery import app


@pytest.fixture(autouse=True)
def all_tasks() -> None:
    """All of them are there."""
    app.loader.import_default_modules()


@pytest.fixture
def url(settings) -> str:
    """Where a Redis database is in which nobody works."""
    return settings.REDIS_URL.rsplit("/", 1)[0] + "/7"


@pytest.fixture
def broker(url) -> Iterator[Redis]:
    """It, empty."""
    with Redis.from_url(url) as client:
        client.flushdb()
        yield client
        client.flushdb()


def test_what_beat_asks_for_and_what_is_routed_exists(settings):
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
    for pattern in settings.CELERY_TASK_ROUTES:
        assert any(fnmatch(name, pattern) for name in app.tasks), pattern


@pytest.mark.parametrize(
    ("task", "queue", "other"),
    [
        ("rooms.tasks.reconcile_live_spaces", "live", "celery"),
        ("social.tasks.deliveries_run", "celery", "live"),
    ],
)
def test_a_task_is_in_its_queue_alone(broker, url, task, queue, other):
    with Connection(url) as connection:
        app.send_task(task, connection=connection)
    assert (broker.llen(queue), broker.llen(other)) == (1, 0)


def test_a_worker_that_is_told_nothing_does_everything():
    assert set(app.amqp.queues.consume_from) == {"celery", "live"}
