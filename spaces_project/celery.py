"""The Celery application; workers and beat start from `celery -A spaces_project`."""

import logging.config
import os
import time
from typing import Any

from celery import Celery, Task
from celery.signals import beat_init, before_task_publish, celeryd_init, heartbeat_sent, setup_logging
from django.conf import settings

from spaces_project.lib import heartbeats, metrics
from spaces_project.lib.caller import called_by
from spaces_project.lib.trace import new_trace, taken_or_new, trace, traced

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")

_TRACE, _ASKED_AT = "spaces_trace", "spaces_asked_at"


class SpacesTask(Task):
    """A task says that it is one: what it does is written down as done by a task, under the name of what asked for it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it, and measure it."""
        with called_by("task"), traced(taken_or_new(self.request.get(_TRACE))):
            began = time.time()
            if asked_at := self.request.get(_ASKED_AT):
                metrics.TASK_WAIT_SECONDS.labels(self.name).observe(max(0.0, began - asked_at))
            outcome = "failed"
            try:
                result = super().__call__(*args, **kwargs)
                outcome = "done"
                return result
            finally:
                metrics.TASKS.labels(self.name, outcome).inc()
                metrics.TASK_SECONDS.labels(self.name).observe(max(0.0, time.time() - began))


app = Celery("spaces", task_cls=SpacesTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect
def _named(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    """A task goes on under the name of what asks for it."""
    if headers is not None:
        headers[_TRACE] = trace() or new_trace()
        headers[_ASKED_AT] = time.time()


@setup_logging.connect
def _as_settings_say(**kwargs: Any) -> None:
    """Lines of workers and beat look like all others."""
    logging.config.dictConfig(settings.LOGGING)


@celeryd_init.connect
@beat_init.connect
def _shares_figures(**kwargs: Any) -> None:
    metrics.share()


@heartbeat_sent.connect
def _worker_lives(sender: Any = None, **kwargs: Any) -> None:
    """Every two seconds, also while all of its tasks are long ones."""
    heartbeats.heard_of(f"worker:{sender.eventer.hostname}")
