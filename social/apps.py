"""Posts, direct messages, notifications and their delivery."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SocialConfig(AppConfig):
    """What people say to each other outside of a Space, and how they hear that something happened."""

    name = "social"
    verbose_name = _("Posts and notifications")

    def ready(self) -> None:
        """Listen to accounts."""
        import social.receivers  # noqa: F401
