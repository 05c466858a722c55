"""Is a webhook Stripe's? The signature is over its raw body and the moment it was sent."""

import json
import re
from collections.abc import Iterable
from typing import Any

import stripe
from django.conf import settings

from tickets.stripe.shapes import EventFacts

_NAME = re.compile(r"[A-Za-z0-9_.]{1,100}")


def verified(body: bytes, header: str) -> EventFacts | None:
    """The event in `body`, if `header` (Stripe-Signature) signs it with one of our secrets, not long ago; else None.

    Nothing that somebody may send raises.
    """
    if not any(_signed(body, header, secret) for secret in _secrets()):
        return None
    try:
        data: Any = json.loads(body)
        event = EventFacts.of(data) if isinstance(data, dict) else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    if event is None or not (_NAME.fullmatch(event.id) and _NAME.fullmatch(event.type)):
        return None
    # What is kept of it is plain.
    return (
        event if all(_NAME.fullmatch(text) or not text for text in (event.account, event.object_id)) else None
    )


def _secrets() -> Iterable[str]:
    """Of our own account's events, and of those of creators' accounts: both come to one address."""
    return {
        secret
        for secret in (settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET)
        if secret
    }


def _signed(body: bytes, header: str, secret: str) -> bool:
    try:
        return stripe.WebhookSignature.verify_header(
            body, header, secret, settings.STRIPE_WEBHOOK_TOLERANCE_SECONDS
        )
    except (stripe.SignatureVerificationError, ValueError, TypeError, OverflowError):
        # Beside its own error, the library lets through what bytes that are no UTF-8 and signatures that are no ASCII lead to.
        return False
