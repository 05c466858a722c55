"""For those who run the site: health, figures, the doctor. It stands above all, and asks each part through settings."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    """Whether the installation is well, and what it does."""

    name = "operation"

    def ready(self) -> None:
        """Send errors to where settings say."""
        from spaces_project.lib import sentry

        sentry.start()
