"""Our books of a day compared with Stripe's, in both directions; every difference is listed, and finance is told.

What is compared: payments with our fee of them, refunds and those that came back, disputes, payouts. The other lines of our
account at Stripe (transfers, application fees as lines, Stripe's own fees, our own payouts) follow from these.

Two lists of one day never fit at its edges, where an event crossed midnight on its way. So what one side has in the day is
looked for on the other side by its name, whatever its day. The names are the references of our ledger, which Stripe's objects
lead to by their ids and by the metadata that we gave them.
"""

import logging
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from tickets.models import LedgerTransaction, ReconciliationDifference, ReconciliationRun
from tickets.selectors.books import Line, lines_between, lines_named
from tickets.services.disputes import disputes_sync
from tickets.services.onboarding import accounts_sync_due
from tickets.services.payouts import payouts_sync
from tickets.services.stripe_lines import asked, listed
from tickets.services.telling_money import tell_differences
from tickets.stripe.errors import PaymentsOff, StripeRefused, StripeUnavailable

logger = logging.getLogger(__name__)

# Days back that are compared if they were not, because nothing ran.
DAYS_BACK = 7
# A day is compared so long after its end, when what happened in its last minutes has been told.
_AFTER = timedelta(hours=1)
# Disputes and payouts of so many days are read again, for news that got lost.
_CATCH_UP = timedelta(days=3)
_ERROR_MAX = 300

Kind = ReconciliationDifference.Kind
# Kind, reference, our line, Stripe's line.
Difference = tuple[Kind, str, Line | None, Line | None]


def books_due(*, now: datetime) -> int:
    """Read again what may have changed unheard, then compare each day that is over and was not compared; beat asks for it
    every hour. Returns how many days were compared. Raises PaymentsOff, StripeUnavailable."""
    accounts_sync_due(now=now)
    disputes_sync(since=now - _CATCH_UP, until=now + timedelta(minutes=1), now=now)
    payouts_sync(since=now - _CATCH_UP, until=now + timedelta(minutes=1), now=now)
    first = LedgerTransaction.objects.order_by("at").values_list("at", flat=True).first()
    if first is None:
        return 0
    last = (now - _AFTER).astimezone(UTC).date() - timedelta(days=1)
    days = [last - timedelta(days=back) for back in range(DAYS_BACK)]
    done = set(
        ReconciliationRun.objects.filter(day__in=days, state=ReconciliationRun.State.DONE).values_list(
            "day", flat=True
        )
    )
    due = [day for day in reversed(days) if day not in done and day >= first.astimezone(UTC).date()]
    for day in due:
        reconcile_day(day=day, now=now)
    return len(due)


def reconcile_day(*, day: date, now: datetime) -> ReconciliationRun:
    """Compare the books of a day (UTC) with Stripe's, and list the differences. Again, it lists them anew: what staff have
    settled (`resolved_at`) stays as they left it. Where Stripe does not answer the run has failed."""
    run, _ = ReconciliationRun.objects.update_or_create(
        day=day, defaults={"state": ReconciliationRun.State.RUNNING, "error": "", "started_at": now}
    )
    since = datetime.combine(day, time.min, UTC)
    try:
        compared, differences = _compared(since, since + timedelta(days=1))
    except (StripeUnavailable, StripeRefused, PaymentsOff) as error:
        run.state, run.error, run.finished_at = ReconciliationRun.State.FAILED, str(error)[:_ERROR_MAX], now
        run.save()
        logger.error("The books of %s could not be compared: %s", day, error)
        return run
    with transaction.atomic():
        _kept(run, differences)
        run.state, run.compared, run.finished_at = ReconciliationRun.State.DONE, compared, now
        run.save()
        if left := run.differences.filter(resolved_at__isnull=True).count():
            tell_differences(run, count=left, now=now)
    return run


def _compared(since: datetime, until: datetime) -> tuple[int, list[Difference]]:
    """How many effects were compared, and what differs."""
    theirs = listed(since, until)
    ours = lines_named(theirs) | lines_between(since, until)
    differences: list[Difference] = []
    for name, (row, line) in ours.items():
        other = theirs.get(name) or asked(row)
        if other is None:
            differences.append((Kind.MISSING_THERE, name, line, None))
        else:
            differences += _between(name, line, other)
    differences += [
        (Kind.MISSING_HERE, name, None, line) for name, line in theirs.items() if name not in ours
    ]
    return len(ours.keys() | theirs.keys()), differences


def _between(name: str, ours: Line, theirs: Line) -> list[Difference]:
    found: list[Difference] = []
    if (ours.amount, ours.currency) != (theirs.amount, theirs.currency):
        found.append((Kind.AMOUNT, name, ours, theirs))
    if ours.fee is not None and theirs.fee is not None and ours.fee != theirs.fee:
        fees = [Line(one.fee or 0, one.currency, stripe_id=one.stripe_id) for one in (ours, theirs)]
        found.append((Kind.AMOUNT, f"{name}:fee", *fees))  # type: ignore[arg-type]
    return found


def _kept(run: ReconciliationRun, differences: list[Difference]) -> None:
    there = {(row.kind, row.reference): row for row in run.differences.all()}
    for kind, reference, ours, theirs in differences:
        row = there.pop((kind, reference), None) or ReconciliationDifference(
            run=run, kind=kind, reference=reference
        )
        row.stripe_id = theirs.stripe_id if theirs else ""
        row.our_amount = ours.amount if ours else None
        row.stripe_amount = theirs.amount if theirs else None
        row.currency = (theirs or ours or Line(0, "")).currency
        row.save()
    over = [row.pk for row in there.values() if row.resolved_at is None]
    ReconciliationDifference.objects.filter(pk__in=over).delete()
