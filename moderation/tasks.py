"""Background work of moderation; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from moderation.services import audit, evidence, sanctions
from rooms.services import putting_out


@shared_task
def audit_seal() -> None:
    """Seal what is new in the audit log (beat, every 5 s)."""
    audit.audit_seal(now=timezone.now())


@shared_task
def evidence_purge() -> None:
    """Delete evidence that has reached its last day (beat, every hour)."""
    evidence.evidence_purge(now=timezone.now())


@shared_task
def sanctions_expire() -> None:
    """Lift what is over (beat, every 5 s)."""
    sanctions.sanctions_expire(now=timezone.now())


@shared_task
def put_out_again() -> None:
    """Put out suspended people who came in at the very moment of it (beat, every 2 s)."""
    putting_out.put_out_again(now=timezone.now())
