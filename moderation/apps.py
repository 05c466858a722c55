"""Reports and sanctions: above `rooms`, which asks it through `SPACE_ENTRY_GATES`."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ModerationConfig(AppConfig):
    """Reports, evidence, sanctions, appeals and the audit log live here."""

    name = "moderation"

    def ready(self) -> None:
        """Keep the groups of staff in step with the table of their rights."""
        from moderation.permissions import groups_sync

        # Rights come with the tables of each app: after those of the last one all of them are there.
        last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
        post_migrate.connect(groups_sync, sender=last, dispatch_uid="moderation.groups")
