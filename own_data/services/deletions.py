"""Accounts that are deleted: asked for, kept after all, or gone when their days are over.

All of it is found again from the rows, so that nothing is lost, whatever dies: beat's round (`deletions_run`) closes what was
going on, sends the mails, and does the steps (`steps`) of those whose day has come.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.services import account_close, account_reopen
from own_data.errors import LastOfStaff, NotTheirHandle, TooLateToKeep
from own_data.models import AccountDeletion
from own_data.selectors import open_deletions
from own_data.services.steps import STEPS
from own_data.services.telling import tell_asked, tell_soon
from rooms.models import Space
from rooms.services.putting_out import person_put_out
from social.services.delivery_claims import Clock
from spaces_project.lib.tasks import enqueue_on_commit
from tickets.models import WaitlistEntry
from tickets.services.waitlist import waitlist_leave

logger = logging.getLogger(__name__)

# A round takes so many at most; the next one comes soon.
_BATCH = 50


def deletion_ask(*, user: User, handle: str, now: datetime) -> AccountDeletion:
    """Delete the account in `DELETION_DAYS`; whoever asks has shown a moment ago that it is theirs, and writes its `handle`.

    From now on they are signed out everywhere, and not there for others; a worker ends and cancels their Spaces. Done twice
    it is done once. Raises NotTheirHandle (field `handle`), LastOfStaff.
    """
    if handle.strip().removeprefix("@").lower() != user.handle.lower():
        raise NotTheirHandle(fields={"handle": [str(NotTheirHandle.message)]})
    with transaction.atomic():
        if user.is_superuser and not _others_of_staff(user):
            raise LastOfStaff()
        due_at = now + timedelta(days=settings.DELETION_DAYS)
        try:
            with transaction.atomic():
                deletion = AccountDeletion.objects.create(user=user, asked_at=now, due_at=due_at)
        except IntegrityError:
            deletion = AccountDeletion.objects.get(user=user)
        account_close(user=user)
        enqueue_on_commit("own_data.tasks.deletions_run")
    return deletion


def deletion_withdraw(*, deletion: AccountDeletion, now: datetime) -> User:
    """Keep the account after all; what was cancelled stays so. Returns its person, who may sign in again.

    Raises TooLateToKeep.
    """
    with transaction.atomic():
        found = AccountDeletion.objects.select_for_update().filter(pk=deletion.pk).first()
        if found is None:
            # Kept a moment ago.
            return deletion.user
        if now >= found.due_at or found.step:
            raise TooLateToKeep()
        found.delete()
        account_reopen(user=deletion.user)
    return deletion.user


def deletions_run(*, now: datetime) -> int:
    """Go on with all that is on its way out (beat, every 30 s). Returns how many accounts are gone."""
    clock, gone = Clock(now), 0
    for deletion in open_deletions().select_related("user").filter(due_at__gt=now)[:_BATCH]:
        try:
            _see_to(deletion, now=now)
        except Exception:
            logger.exception("Could not go on with the deletion of account %s", deletion.user_id)
    for _ in range(_BATCH):
        due = _claim(now=clock())
        if due is None:
            break
        try:
            gone += _carry_out(due, clock)
        except Exception:
            # The lease runs out, and the step is done again.
            logger.exception("Could not delete account %s at step %s", due.user_id, due.step)
    return gone


def _see_to(deletion: AccountDeletion, *, now: datetime) -> None:
    """What is done once in the days before: close what is going on, and write to them."""
    if deletion.closed_at is None:
        _close(deletion.user, now=now)
        AccountDeletion.objects.filter(pk=deletion.pk).update(closed_at=now)
    if deletion.mailed_at is None:
        tell_asked(deletion, now=now)
    soon = deletion.due_at - timedelta(days=settings.DELETION_REMINDER_DAYS)
    if deletion.reminded_at is None and now >= soon:
        tell_soon(deletion, now=now)


def _close(user: User, *, now: datetime) -> None:
    """Their live Space ends, what they announced is cancelled (whoever paid is paid back), and they are in nobody's room."""
    person_put_out(user=user, by=None, now=now, reason=Space.EndReason.HOST)
    waiting = (WaitlistEntry.State.WAITING, WaitlistEntry.State.OFFERED)
    for entry in WaitlistEntry.objects.filter(user=user, state__in=waiting).select_related("offer"):
        waitlist_leave(offer=entry.offer, user=user, now=now)


def _claim(*, now: datetime) -> AccountDeletion | None:
    due = AccountDeletion.objects.filter(finished_at__isnull=True, due_at__lte=now)
    due = due.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    with transaction.atomic():
        found = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if found is not None:
            found.claimed_until = now + _lease()
            found.save(update_fields=["claimed_until"])
    return found


def _carry_out(deletion: AccountDeletion, clock: Clock) -> int:
    """Do the steps that are left, each of which may be done again. Returns 1 when the account is gone."""
    row = AccountDeletion.objects.filter(pk=deletion.pk)
    user = User.objects.get(pk=deletion.user_id)
    if deletion.closed_at is None:
        _close(user, now=clock())
        row.update(closed_at=clock())
    for number, step in enumerate(STEPS[deletion.step :], start=deletion.step + 1):
        step(user, clock())
        row.update(step=number, claimed_until=clock() + _lease())
    row.update(finished_at=clock(), claimed_until=None)
    logger.info("Account %s is deleted", user.pk)
    return 1


def _others_of_staff(user: User) -> bool:
    """Whether somebody else may do everything; locked, so that the last two cannot leave at once."""
    every = User.objects.select_for_update(no_key=True).filter(is_superuser=True, is_active=True)
    return any(one.pk != user.pk for one in every.order_by("pk"))


def _lease() -> timedelta:
    return timedelta(seconds=settings.DELETION_LEASE_SECONDS)
