"""E-mail and push go out: rows that workers claim, send, and mark at once, with no transaction open while they send.

A worker that is killed between sending and marking sends again when its lease is over: nobody can know whether the mail
server had it already. What is sent twice is the same, though: an e-mail has the same Message-ID, under which mail programs
show it once; a push the same topic and tag, under which it takes the first one's place.
"""

import logging
import smtplib
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from kombu.exceptions import OperationalError
from py_vapid import Vapid02

from accounts.models import Block
from social.apppush.providers import Providers
from social.models import (
    AppDevice,
    Channel,
    Delivery,
    Fanout,
    InboxSettings,
    NotificationPreference,
    PushSubscription,
)
from social.notification_kinds import KINDS
from social.notification_words import words
from social.services.delivery_claims import Claimed, Clock, emails_claim, pushes_claim
from social.services.emails import email_of, message_id
from social.services.push import push_message
from social.webpush import keys, sending
from social.webpush.sending import Browser, Message, Outcome
from spaces_project.lib.languages import written_for

logger = logging.getLogger(__name__)

# Beat asks for a round so often; an enqueued one that could not begin by then is worth nothing.
ROUND_SECONDS = 2
# A mail server that cannot be reached is no fault of the mail: it is asked again after this.
_UNREACHABLE_WAIT = timedelta(seconds=60)

State = Delivery.State
Device = PushSubscription | AppDevice


def deliveries_wake_on_commit() -> None:
    """Have what is due sent as soon as the transaction is committed, not only with beat's next round."""
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        current_app.send_task("social.tasks.deliveries_run", expires=ROUND_SECONDS)
    except OperationalError as error:
        logger.warning("No broker to wake a sender: %s (beat will)", error)


def deliveries_run(*, now: datetime) -> int:
    """Send what is due, for `DELIVERY_RUN_SECONDS` at most; returns how many rows were sent.

    Any number of these may run at once. What makes no sense any more is dropped: expired, read, unwanted, of somebody
    inactive or blocked. What fails for now is tried again after DELIVERY_RETRY_SECONDS, then given up.
    """
    clock = Clock(now)
    run = _Run(clock)
    try:
        while not run.is_over:
            pushes = pushes_claim(clock)
            if pushes:
                run.pushes(pushes)
            emails = None if run.is_over else emails_claim(clock)
            if emails:
                run.emails(emails)
            if pushes is None and emails is None:
                break
    finally:
        run.close()
    return run.sent


class _Run:
    """One round: what it has open, and what it has sent."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sent = 0
        self._mail: Any = None
        self._mail_is_down = False

    @property
    def is_over(self) -> bool:
        return self.clock.elapsed > settings.DELIVERY_RUN_SECONDS

    def close(self) -> None:
        self._close_mail()

    # E-mail

    def emails(self, claimed: Claimed) -> None:
        """Send one mail for each person whose rows were claimed."""
        people: dict[int, list[Delivery]] = {}
        for row in self._still_wanted(claimed):
            people.setdefault(row.user_id, []).append(row)
        for rows in people.values():
            claimed.keep(self.clock)
            rows = [row for row in rows if row.pk in claimed.ids]
            if not rows:
                continue
            if self.is_over:
                break
            if self._mail_is_down:
                self._wait_for_mail(claimed, rows)
            else:
                self._email(claimed, rows)
        claimed.let_go(set(claimed.ids))

    def _email(self, claimed: Claimed, rows: list[Delivery]) -> None:
        ids = {row.pk for row in rows}
        user = rows[0].user
        try:
            with written_for(user):
                mail = email_of(
                    user,
                    [row.notification for row in rows],
                    message_id=message_id(rows[0].claim, user.pk),
                )
            connection = self._open_mail()
            if connection is None:
                self._wait_for_mail(claimed, rows)
                return
            connection.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            self._close_mail()
            if _is_final(error):
                claimed.close(ids, State.FAILED, now=self.clock(), error=_said(error))
            else:
                self._retry(claimed, rows, _said(error))
        except Exception as error:
            # One that cannot be written must not keep the others waiting.
            logger.exception("Could not make the e-mail of deliveries %s", sorted(ids))
            self._close_mail()
            claimed.close(ids, State.FAILED, now=self.clock(), error=_said(error))
        else:
            now = self.clock()
            with transaction.atomic():
                claimed.close(ids, State.SENT, now=now)
                InboxSettings.objects.filter(user_id=user.pk).update(emailed_at=now)
            self.sent += len(ids)

    def _open_mail(self) -> Any:
        """The connection to the mail server; None while it cannot be had, for the rest of the round."""
        if self._mail is None:
            connection = get_connection()
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                logger.warning("Mail server: %s", _said(error))
                self._mail_is_down = True
                return None
            self._mail = connection
        return self._mail

    def _close_mail(self) -> None:
        if self._mail is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._mail.close()
            self._mail = None

    def _wait_for_mail(self, claimed: Claimed, rows: list[Delivery]) -> None:
        claimed.postpone(
            {row.pk for row in rows},
            due_at=self.clock() + _UNREACHABLE_WAIT,
            attempts=max(row.attempts for row in rows),
            error="The mail server cannot be reached.",
        )

    # Push

    def pushes(self, claimed: Claimed) -> None:
        """Send the claimed pushes to all browsers and apps of each person, several at once."""
        rows = {row.pk: row for row in self._still_wanted(claimed)}
        key = keys.vapid()
        with Providers() as apps:
            if key is None and not apps.any_on:
                claimed.close(set(rows), State.DROPPED, now=self.clock(), error="Push is off.")
                return
            devices = _devices_of({row.user_id for row in rows.values()}, browsers=key is not None, apps=apps)
            self._drop(claimed, [pk for pk, row in rows.items() if row.user_id not in devices], "No device.")
            told, gone = self._push_all(claimed, rows, devices, key, apps)
        for model in (PushSubscription, AppDevice):
            if ids := [device.pk for device in told if isinstance(device, model)]:
                model.objects.filter(pk__in=ids).update(last_sent_at=self.clock())
        for device in gone:
            # Unless it has got a new address in between.
            if isinstance(device, AppDevice):
                AppDevice.objects.filter(pk=device.pk, token=device.token).delete()
            else:
                PushSubscription.objects.filter(pk=device.pk, endpoint=device.endpoint).delete()
        claimed.let_go(set(claimed.ids))

    def _push_all(
        self,
        claimed: Claimed,
        rows: dict[int, Delivery],
        devices: dict[int, list[Device]],
        key: Vapid02 | None,
        apps: Providers,
    ) -> tuple[set[Device], set[Device]]:
        """Push and mark; returns the devices that took something, and those that are no more.

        No more than `PUSH_THREADS` are on their way or not yet marked: so many come twice when this process is killed.
        """
        told: set[Device] = set()
        gone: set[Device] = set()
        left = deque((pk, device) for pk in rows if pk in claimed.ids for device in devices[rows[pk].user_id])
        open_answers = Counter(pk for pk, _ in left)
        answers: dict[int, list[tuple[Outcome, str]]] = {}
        asked: dict[Future[tuple[Outcome, str]], tuple[int, Device]] = {}
        with ThreadPoolExecutor(settings.PUSH_THREADS, thread_name_prefix="push") as pool:
            while left or asked:
                while left and len(asked) < settings.PUSH_THREADS and not self.is_over:
                    pk, device = left.popleft()
                    if pk in claimed.ids:
                        message = self._message(rows[pk])
                        asked[pool.submit(_push, device, message, key, apps)] = (pk, device)
                if not asked:
                    break
                for future in wait(asked, return_when=FIRST_COMPLETED).done:
                    pk, device = asked.pop(future)
                    outcome, why = future.result()
                    answers.setdefault(pk, []).append((outcome, why))
                    if outcome is Outcome.TAKEN:
                        told.add(device)
                    elif outcome is Outcome.GONE:
                        gone.add(device)
                    open_answers[pk] -= 1
                    if not open_answers[pk]:
                        self._mark_push(claimed, rows[pk], answers.pop(pk))
                claimed.keep(self.clock)
        # The round is over, and has not come to all of these people's devices.
        for pk, so_far in answers.items():
            self._mark_push(claimed, rows[pk], so_far)
        return told, gone

    def _message(self, row: Delivery) -> Message:
        with written_for(row.user):
            said = words(row.notification)
        return push_message(row.notification, said, expires_at=row.expires_at, now=self.clock())

    def _mark_push(self, claimed: Claimed, row: Delivery, answers: list[tuple[Outcome, str]]) -> None:
        """Told on one device is told: whoever has heard of it need not hear of it again because another was not reached."""
        by = dict(answers)
        if Outcome.TAKEN in by:
            claimed.close({row.pk}, State.SENT, now=self.clock())
            self.sent += 1
        elif Outcome.LATER in by:
            self._retry(claimed, [row], by[Outcome.LATER])
        elif Outcome.REFUSED in by:
            claimed.close({row.pk}, State.FAILED, now=self.clock(), error=by[Outcome.REFUSED])
        else:
            claimed.close({row.pk}, State.DROPPED, now=self.clock(), error="No device any more.")

    # Both

    def _still_wanted(self, claimed: Claimed) -> list[Delivery]:
        """The claimed rows with all that sending them takes; those that make no sense any more are dropped."""
        rows = list(
            Delivery.objects.filter(pk__in=claimed.ids)
            .select_related("user", "notification__user", "notification__actor", "notification__post__author")
            .annotate(is_blocked=_blocked(), is_recalled=_recalled(self.clock()))
            .order_by("due_at", "pk")
        )
        chosen = {
            (choice.user_id, choice.kind): choice
            for choice in NotificationPreference.objects.filter(user_id__in={row.user_id for row in rows})
        }
        wanted: list[Delivery] = []
        senseless: dict[str, list[int]] = {}
        now = self.clock()
        for row in rows:
            choice = chosen.get((row.user_id, row.notification.kind)) or KINDS[row.notification.kind]
            if why := _senseless(row, is_wanted=getattr(choice, row.channel), now=now):
                senseless.setdefault(why, []).append(row.pk)
            else:
                wanted.append(row)
        for why, ids in senseless.items():
            self._drop(claimed, ids, why)
        # Rows that are gone with their notification.
        claimed.ids &= {row.pk for row in rows}
        return wanted

    def _drop(self, claimed: Claimed, ids: Iterable[int], why: str) -> None:
        claimed.close(set(ids), State.DROPPED, now=self.clock(), error=why)

    def _retry(self, claimed: Claimed, rows: list[Delivery], error: str) -> None:
        """Try again later, or give up after the last of DELIVERY_RETRY_SECONDS."""
        ids = {row.pk for row in rows}
        attempts = max(row.attempts for row in rows) + 1
        if attempts > len(settings.DELIVERY_RETRY_SECONDS):
            Delivery.objects.filter(pk__in=ids).update(attempts=attempts)
            claimed.close(ids, State.FAILED, now=self.clock(), error=error)
            return
        wait = timedelta(seconds=settings.DELIVERY_RETRY_SECONDS[attempts - 1])
        claimed.postpone(ids, due_at=self.clock() + wait, attempts=attempts, error=error)


def _devices_of(user_ids: set[int], *, browsers: bool, apps: Providers) -> dict[int, list[Device]]:
    """By person, what their pushes are sent to: nothing where they have no device."""
    found: dict[int, list[Device]] = {}
    every: list[Device] = []
    if browsers:
        every += PushSubscription.objects.filter(user_id__in=user_ids)
    if apps.any_on:
        every += AppDevice.objects.filter(user_id__in=user_ids)
    for device in every:
        found.setdefault(device.user_id, []).append(device)
    return found


def _push(device: Device, message: Message, key: Vapid02 | None, apps: Providers) -> tuple[Outcome, str]:
    """Runs in a thread: no look at the database."""
    try:
        if isinstance(device, AppDevice):
            return apps.push(device.kind, device.token, message)
        assert key is not None
        return sending.push(
            Browser(device.endpoint, device.p256dh, device.auth),
            message,
            key=key,
            subject=settings.VAPID_SUBJECT,
            timeout=settings.PUSH_TIMEOUT_SECONDS,
        )
    except Exception as error:
        # A fault of ours with one must not keep the others waiting.
        logger.exception("Could not push to device %s", device.pk)
        return Outcome.REFUSED, _said(error)


def _blocked() -> Exists:
    """Whether one of the two, who is told and who it is about, blocks the other."""
    user, actor = OuterRef("user_id"), OuterRef("notification__actor_id")
    return Exists(Block.objects.filter(Q(owner_id=user, person_id=actor) | Q(owner_id=actor, person_id=user)))


def _recalled(now: datetime) -> Exists:
    """Whether it was told by a fan-out that no longer makes sense (`fanouts_recall`)."""
    key, kind = OuterRef("notification__key"), OuterRef("notification__kind")
    return Exists(Fanout.objects.filter(key=key, kind=kind, expires_at__lte=now))


def _senseless(row: Delivery, *, is_wanted: bool, now: datetime) -> str:
    """Why a row is not sent any more; "" when it is."""
    if row.expires_at and row.expires_at <= now:
        return "Too late."
    if row.notification.read_at:
        return "Read already."
    if not row.user.is_active:
        return "Their account is not active."
    if not is_wanted:
        return "Not wanted."
    if row.channel == Channel.EMAIL and not row.user.email:
        return "No e-mail address."
    if getattr(row, "is_blocked", False):
        return "Blocked."
    if getattr(row, "is_recalled", False):
        return "It is no longer so."
    return ""


def _is_final(error: Exception) -> bool:
    """Whether a mail server said that it will never take this one (5xx about its recipient or content)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text!r}" for code, text in error.recipients.values())
    return f"{type(error).__name__}: {error}"
