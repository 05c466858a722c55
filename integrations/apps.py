"""For bots: tokens that act for a person, within scopes, and webhooks that tell of what happens."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Programs that act for somebody, and hear of what happens to them."""

    name = "integrations"

    def ready(self) -> None:
        """Connect the receivers."""
        from integrations import receivers  # noqa: F401
