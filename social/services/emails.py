"""The e-mail of notifications: one mail a person, with all that waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from social.links import from_notification
from social.models import Kind, Notification
from social.notification_kinds import KINDS
from social.notification_words import words
from social.unsubscribe_tokens import unsubscribe_token
from spaces_project.lib.dates import day_and_time_of_year
from spaces_project.lib.languages import listed
from spaces_project.lib.text import clean_line
from spaces_project.lib.zones import UnknownZone, zone_named

# What a mail shows of a long list; the rest is a number and a link.
MOST_SHOWN = 20
_SUBJECT_MAX = 140


@dataclass(frozen=True, slots=True)
class Entry:
    """One notification as a mail shows it; `at` is local to its reader."""

    title: str
    text: str
    url: str
    at: str


def email_of(user: User, notifications: Sequence[Notification], *, message_id: str) -> EmailMultiAlternatives:
    """The one mail about these notifications, in text and HTML: the urgent first, then the newest; the first is the subject.

    `message_id` is its Message-ID: sent twice under the same one, mail programs show it once. It can be turned off for the
    kinds it is about by one click in them (RFC 8058). Call it in their language (`written_for`).
    """
    newest = sorted(notifications, key=_rank, reverse=True)
    zone = zone_of(user)
    entries = [_entry(notification, zone) for notification in newest[:MOST_SHOWN]]
    kinds = sorted({notification.kind for notification in newest})
    unsubscribe_url = urljoin(
        settings.SITE_URL, reverse("unsubscribe", args=[unsubscribe_token(user, kinds)])
    )
    context = {
        "user": user,
        "entries": entries,
        "more": len(newest) - len(entries),
        "site_url": settings.SITE_URL,
        "inbox_url": f"{settings.SITE_URL}/inbox/notifications/",
        "settings_url": f"{settings.SITE_URL}/settings/notifications/",
        "unsubscribe_url": unsubscribe_url,
        "reason": kinds_in_words(kinds),
    }
    mail = EmailMultiAlternatives(
        subject=_subject(entries, len(newest)),
        body=render_to_string("email/notifications.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[user.email],
        headers={
            "Message-ID": message_id,
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("email/notifications.html", context), "text/html")
    return mail


def message_id(claim: object, user_id: int) -> str:
    """The Message-ID of what goes out to somebody under one claim, however often."""
    return f"<{claim}.{user_id}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def zone_of(user: User) -> ZoneInfo:
    """The time zone their browser told us; UTC where it did not, or where there is no such zone any more."""
    try:
        return zone_named(user.time_zone or "UTC")
    except UnknownZone:
        return zone_named("UTC")


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in words, the zone named: "Sat 21 Nov 2026, 10:35 CET"."""
    local = moment.astimezone(zone)
    return f"{day_and_time_of_year(local)} {local:%Z}"


def kinds_in_words(kinds: Sequence[str]) -> str:
    """ "Direct messages, New followers and Tickets"."""
    return listed([Kind(kind).label for kind in kinds], last=_("and"))


def _rank(notification: Notification) -> tuple[bool, datetime, int]:
    return (KINDS[notification.kind].urgent, notification.created_at, notification.pk)


def _entry(notification: Notification, zone: ZoneInfo) -> Entry:
    said = words(notification)
    return Entry(
        title=said.title,
        text=said.text,
        url=urljoin(settings.SITE_URL, from_notification(said.url)),
        at=local_time(notification.created_at, zone),
    )


def _subject(entries: Sequence[Entry], number: int) -> str:
    subject = clean_line(entries[0].title)
    if number > 1:
        subject = _("{subject} · and {n} more").format(subject=subject[: _SUBJECT_MAX - 20], n=number - 1)
    return subject[:_SUBJECT_MAX]
