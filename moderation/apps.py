"""Reports and sanctions: above `rooms`, which asks it through `SPACE_ENTRY_GATES`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    """Reports, evidence, sanctions, appeals and the audit log live here."""

    name = "moderation"

    def ready(self) -> None:
        """Keep the groups of staff in step with the table of their rights."""
        from moderation.permissions import groups_sync

        post_migrate.connect(groups_sync, sender=self, dispatch_uid="moderation.groups")
