"""Reports and sanctions: above `rooms`, which asks it through `SPACE_ENTRY_GATES`."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Reports, evidence, sanctions, appeals and the audit log live here."""

    name = "moderation"
