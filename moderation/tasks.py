"""Background work of moderation; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from moderation.services import audit


@shared_task
def audit_seal() -> None:
    """Seal what is new in the audit log (beat, every 5 s)."""
    audit.audit_seal(now=timezone.now())
