"""`manage.py audit_seal`: seals every entry of the audit log that has no seal, wherever it is."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from moderation.services.audit import audit_seal


class Command(BaseCommand):
    """Beat does so for the end of the log, every 5 seconds."""

    help = "Seal entries of the audit log that were left behind (audit_verify names them)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal, and say how many."""
        self.stdout.write(f"Sealed: {audit_seal(now=timezone.now(), everything=True)}.")
