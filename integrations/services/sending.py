"""Workers send what is due to webhooks: claimed with a lease, without a transaction, several at once, each marked at once."""

import http.client
import ssl
import time
import uuid
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from integrations.models import Webhook, WebhookDelivery
from integrations.services.webhooks import turn_off
from integrations.signing import headers
from spaces_project.lib.addresses import AddressRefused, check_endpoint
from spaces_project.lib.outgoing import post

_GONE = 410
_State = WebhookDelivery.State


@dataclass(frozen=True)
class Sent:
    """What became of an attempt: `status` is that of the answer, None without one; `final` is what no retry mends."""

    status: int | None
    ms: int
    error: str = ""
    final: bool = False

    @property
    def taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300


def webhooks_run(*, now: datetime) -> int:
    """Send what is due, for `WEBHOOK_RUN_SECONDS` at most. Returns how many attempts that were."""
    began, attempts = time.monotonic(), 0
    while time.monotonic() - began < settings.WEBHOOK_RUN_SECONDS:
        claim, rows = _claimed(now + timedelta(seconds=time.monotonic() - began))
        if not rows:
            break
        attempts += len(rows)
        # Only what leaves this process is done side by side: rows are written by this thread alone.
        with ThreadPoolExecutor(settings.WEBHOOK_THREADS, thread_name_prefix="webhook") as pool:
            going = {pool.submit(attempt, row): row for row in rows}
            for done in as_completed(going):
                moment = now + timedelta(seconds=time.monotonic() - began)
                _mark(going[done], claim, done.result(), now=moment)
    return attempts


def attempt(row: WebhookDelivery) -> Sent:
    """Send one. Never raises for what is out there."""
    body = row.body.encode()
    # Of this moment by the clock: receivers refuse what was signed long ago.
    signed = headers(secret=row.webhook.secret, event_id=row.event_id, body=body, now=timezone.now())
    began = time.monotonic()
    status, error, final = None, "", False
    try:
        # Again: rows are older than rules.
        url = check_endpoint(row.webhook.url)
        known = {"Content-Type": "application/json", "User-Agent": "Spaces-Webhooks/1"}
        status = post(url, body, known | signed, timeout=settings.WEBHOOK_TIMEOUT_SECONDS)
        final = status == _GONE
    except AddressRefused as refused:
        error, final = f"refused: {refused}", True
    except ssl.SSLCertVerificationError as failed:
        error = f"certificate: {failed.verify_message}"
    except (OSError, http.client.HTTPException, UnicodeError) as failed:
        error = f"{type(failed).__name__}: {failed}"
    return Sent(status, round((time.monotonic() - began) * 1000), error, final)


def webhooks_purge(*, now: datetime) -> int:
    """Delete what was sent or given up `WEBHOOK_LOG_DAYS` ago. Returns how many."""
    old = now - timedelta(days=settings.WEBHOOK_LOG_DAYS)
    return WebhookDelivery.objects.filter(created_at__lt=old).exclude(state=_State.WAITING).delete()[0]


def _claimed(now: datetime) -> tuple[UUID, list[WebhookDelivery]]:
    """The next rows that are due, ours until the lease ends; of webhooks that are on."""
    claim = uuid.uuid4()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    with transaction.atomic():
        due = WebhookDelivery.objects.filter(free, state=_State.WAITING, due_at__lte=now, webhook__is_on=True)
        ids = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[: settings.WEBHOOK_BATCH]
        )
        until = now + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
        WebhookDelivery.objects.filter(pk__in=ids).update(claim=claim, claimed_until=until)
    rows = (
        WebhookDelivery.objects.filter(pk__in=ids, claim=claim)
        .select_related("webhook")
        .order_by("due_at", "pk")
    )
    return claim, list(rows)


@transaction.atomic
def _mark(row: WebhookDelivery, claim: UUID, sent: Sent, *, now: datetime) -> None:
    """Write down what became of it. Whoever was overtaken by another worker writes only that it was taken."""
    ours = WebhookDelivery.objects.filter(pk=row.pk, state=_State.WAITING)
    told = {"status": sent.status, "ms": sent.ms, "error": sent.error[:200], "attempts": F("attempts") + 1}
    free = {"claim": None, "claimed_until": None}
    if sent.taken:
        if ours.update(**told, **free, state=_State.SENT, done_at=now):
            Webhook.objects.filter(pk=row.webhook_id).update(failures=0, last_ok_at=now)
        return
    ours = ours.filter(claim=claim)
    waits = settings.WEBHOOK_RETRY_SECONDS
    if not sent.final and row.attempts < len(waits):
        ours.update(**told, **free, due_at=now + timedelta(seconds=waits[row.attempts]))
        return
    if ours.update(**told, **free, state=_State.FAILED, done_at=now):
        _given_up(row.webhook_id, sent, now=now)


def _given_up(webhook_id: int, sent: Sent, *, now: datetime) -> None:
    """Count it; an address that says it is gone, and one that has taken nothing for long, is turned off."""
    hook = Webhook.objects.select_for_update().get(pk=webhook_id)
    hook.failures += 1
    hook.save(update_fields=["failures"])
    if not hook.is_on:
        return
    if sent.status == _GONE:
        turn_off(hook, reason=_("It answered that it is gone (410)."), now=now)
    elif hook.failures >= settings.WEBHOOK_FAILURES_MAX:
        turn_off(hook, reason=_("It took none of the last events."), now=now)
