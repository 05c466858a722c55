"""The Celery application; workers and beat start from `celery -A spaces_project`."""

import os
from typing import Any

from celery import Celery, Task

from spaces_project.lib.caller import called_by

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")


class SpacesTask(Task):
    """A task says that it is one: what it does is written down as done by a task."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it."""
        with called_by("task"):
            return super().__call__(*args, **kwargs)


app = Celery("spaces", task_cls=SpacesTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
