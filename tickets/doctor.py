"""Payments, for `manage.py doctor`: by the settings alone, nothing is asked of Stripe."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from spaces_project.lib.health import Finding, note, ok, wrong

_LIVE = ("sk_live_", "rk_live_")


def payments(now: datetime) -> Iterator[Finding]:
    """The key, and what the webhooks are signed with."""
    if not settings.STRIPE_API_KEY:
        yield note(
            "Payments", "No key of Stripe is set: nothing is sold.", "Set STRIPE_API_KEY to sell tickets."
        )
        return
    if settings.STRIPE_IS_STAND_IN:
        words = "They go to the stand-in for Stripe: no real money moves."
        if settings.DEBUG:
            yield note("Payments", words)
        else:
            yield wrong(
                "Payments", words, "Set STRIPE_API_KEY to a key of Stripe, and unset STRIPE_API_BASE."
            )
        return
    if not settings.STRIPE_API_KEY.startswith(_LIVE):
        yield note("Payments", "The key is one for tests: no real money moves.", "Set a live key to sell.")
    for name in ("STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET"):
        if not getattr(settings, name):
            yield wrong(
                name,
                "It is not set: Stripe's news are refused, and what was paid is seen late.",
                "Set it to the signing secret that Stripe shows for the endpoint.",
            )
    yield ok("Payments", "have a key")
