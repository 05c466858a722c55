"""For bots: tokens that act for a person, within scopes."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Programs that act for somebody, and hear of what happens to them."""

    name = "integrations"
