"""What is left out of the logs."""

import logging


class RoutineFilter(logging.Filter):
    """Leaves out Celery beat's line about each task it sends: some are sent every second, and would hide all others."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record stays."""
        return not str(record.msg).startswith("Scheduler: Sending due task")
