"""Mail and push, for `manage.py doctor`."""

import smtplib
from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from social.webpush import keys
from spaces_project.lib.health import Finding, note, ok, wrong

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail(now: datetime) -> Iterator[Finding]:
    """The mail server lets us in. Nothing is sent."""
    if settings.EMAIL_BACKEND != _SMTP:
        kind = settings.EMAIL_BACKEND.rpartition("backends.")[2].partition(".")[0]
        words = f"It is not sent but goes to the {kind} backend: nobody can confirm an address, or reset a password."
        do = "Set EMAIL_URL=smtp+tls://user:password@host:587."
        yield note("Mail", words, do) if settings.DEBUG else wrong("Mail", words, do)
        return
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        connection.open()
        connection.close()
    except smtplib.SMTPAuthenticationError:
        yield wrong("Mail", "The server does not take account and password.", "Look at EMAIL_URL.")
        return
    except (OSError, smtplib.SMTPException) as error:
        yield wrong(
            "Mail",
            f"The server does not let us in: {type(error).__name__}: {error}",
            "Look at EMAIL_URL: host, port, and smtp+tls (587) or smtp+ssl (465).",
        )
        return
    yield ok("Mail", f"{settings.EMAIL_HOST} lets us in")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if domain in ("", "localhost"):
        yield wrong(
            "Mail",
            f"It comes from {settings.DEFAULT_FROM_EMAIL!r}, which no server takes.",
            "Set DEFAULT_FROM_EMAIL to an address of your own domain.",
        )


def push(now: datetime) -> Iterator[Finding]:
    """The key pair that browsers are bound to."""
    try:
        key = keys.public_key()
    except ImproperlyConfigured as error:
        yield wrong(
            "Push",
            str(error),
            "Set both as `python manage.py vapid_keys` printed them; new ones lose everybody.",
        )
        return
    if not key:
        yield note(
            "Push", "It is off: no keys.", "Run `python manage.py vapid_keys`, and set what it prints."
        )
    else:
        yield ok("Push", "has its keys")
