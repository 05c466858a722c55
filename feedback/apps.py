"""What people say of the product, and what becomes of it."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Feedback, answers, and the list of what is planned and shipped."""

    name = "feedback"
    verbose_name = "Feedback"

    def ready(self) -> None:
        """Connect the receivers."""
        from feedback import receivers  # noqa: F401
