"""Which features are on for whom: below everything that asks."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FlagsConfig(AppConfig):
    """Features for a share of the people, and for single ones."""

    name = "flags"
    verbose_name = _("Limited features")

    def ready(self) -> None:
        """Have a row for each flag that settings declare, so that the admin lists them."""
        from flags.services import flags_sync

        post_migrate.connect(flags_sync, sender=self, dispatch_uid="flags.rows")
