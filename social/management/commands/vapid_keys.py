"""`manage.py vapid_keys`: a new key pair for web push."""

from typing import Any

from django.core.management.base import BaseCommand

from social.webpush import keys


class Command(BaseCommand):
    """Prints a pair as lines for `.env`, and keeps nothing."""

    help = "Print a new key pair for web push, as lines for .env."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print both keys."""
        private, public = keys.new_pair()
        self.stdout.write(f"VAPID_PRIVATE_KEY={private}\nVAPID_PUBLIC_KEY={public}")
