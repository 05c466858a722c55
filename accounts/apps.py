"""Users, follows, sessions and the right to host."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The lowest app: knows people, and nothing of what they do in Spaces."""

    name = "accounts"

    def ready(self) -> None:
        """Connect the receivers."""
        from accounts import receivers  # noqa: F401
