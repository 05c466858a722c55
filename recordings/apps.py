"""Captions, recordings, replays and clips: above `rooms`, whose Spaces they are of, and below `tickets` and `moderation`."""

from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    """What is kept of what was said, and the workers in rooms that listen."""

    name = "recordings"

    def ready(self) -> None:
        """Listen to what rows go."""
        import recordings.receivers  # noqa: F401
