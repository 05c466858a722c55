"""E-mail of notifications: one mail a person, with all that waits for them; and turning it off from a link in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from social.models import Kind, Notification, NotificationPreference
from social.notification_kinds import KINDS
from social.notification_words import words
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.text import clean_line

# What a mail shows of a long list; the rest is a number and a link.
MOST_SHOWN = 20
_SUBJECT_MAX = 140
_SALT = "social.unsubscribe"


class TokenInvalid(SpacesError):
    """Cut off, made up, or of somebody who is gone."""

    code = "unsubscribe.invalid"
    status = 404
    message = "This link does not work. It may have been cut off. You can change what we e-mail you in your settings."


@dataclass(frozen=True, slots=True)
class Entry:
    """One notification as a mail shows it; `at` is local to its reader."""

    title: str
    text: str
    url: str
    at: str


def email_of(user: User, notifications: Sequence[Notification], *, message_id: str) -> EmailMultiAlternatives:
    """The one mail about these notifications, the newest first, in text and HTML.

    `message_id` is its Message-ID: sent twice under the same one, mail programs show it once. It can be turned off for the
    kinds it is about by one click in them (RFC 8058).
    """
    newest = sorted(notifications, key=lambda notification: (notification.created_at, notification.pk))[::-1]
    zone = zone_of(user)
    # Whatever words say of times they say in the reader's.
    with timezone.override(zone):
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
        return ZoneInfo(user.time_zone or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in words, the zone named: "Sat 21 Nov 2026, 10:35 CET"."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"


def unsubscribe_token(user: User, kinds: Sequence[str]) -> str:
    """What stands in the link of a mail about these kinds. It names its person and kinds, is signed, and does not expire."""
    return signing.Signer(salt=_SALT).sign_object({"u": user.pk, "k": list(kinds)})


def unsubscribe_read(token: str) -> tuple[User, list[str]]:
    """Return whom a token is for, and the kinds of its mail. Raises TokenInvalid."""
    try:
        said = signing.Signer(salt=_SALT).unsign_object(token)
        user = User.objects.filter(pk=said["u"], is_active=True).first()
        kinds = [kind for kind in said["k"] if kind in KINDS]
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise TokenInvalid() from error
    if user is None or not kinds:
        raise TokenInvalid()
    return user, kinds


def emails_turn_off(*, user: User, kinds: Sequence[str] | None = None) -> None:
    """`user` gets no more e-mail about these kinds, or about anything (None); other channels stay. Twice is once.

    What waits is dropped when its turn comes.
    """
    with transaction.atomic():
        for kind in KINDS if kinds is None else kinds:
            default = KINDS[kind]
            NotificationPreference.objects.update_or_create(
                user=user,
                kind=kind,
                defaults={"email": False},
                create_defaults={"email": False, "in_app": default.in_app, "push": default.push},
            )


def kinds_in_words(kinds: Sequence[str]) -> str:
    """ "Direct messages, New followers and Tickets"."""
    labels = [Kind(kind).label for kind in kinds]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _entry(notification: Notification, zone: ZoneInfo) -> Entry:
    said = words(notification)
    return Entry(
        title=said.title,
        text=said.text,
        url=urljoin(settings.SITE_URL, said.url),
        at=local_time(notification.created_at, zone),
    )


def _subject(entries: Sequence[Entry], number: int) -> str:
    subject = clean_line(entries[0].title)
    if number > 1:
        subject = f"{subject[: _SUBJECT_MAX - 20]} · and {number - 1} more"
    return subject[:_SUBJECT_MAX]
