"""The connection to Stripe, and what its errors mean to us."""

import logging
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

from tickets.stripe.errors import CardRefused, PaymentsOff, StripeRefused, StripeUnavailable

logger = logging.getLogger(__name__)

# Figures about this machine are nobody else's business.
stripe.enable_telemetry = False

# 409: another request with the same idempotency key is under way; 429: too many.
_TRY_AGAIN = frozenset({409, 429})


def call(request: Callable[[stripe.StripeClient], Any]) -> dict[str, Any]:
    """Do one request, with a time-out, and return what came back. Never inside a transaction.

    It is tried again at once (`STRIPE_RETRIES`) when no answer comes, by the library, under the same idempotency key.
    Raises PaymentsOff, StripeUnavailable, StripeRefused, CardRefused.
    """
    if not settings.STRIPE_API_KEY:
        raise PaymentsOff()
    try:
        answer = request(_client())
    except stripe.CardError as error:
        raise CardRefused(*_told(error), **_code(error)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        logger.warning("Stripe: %s", _said(error))
        raise StripeUnavailable() from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status >= 500 or status in _TRY_AGAIN:
            logger.warning("Stripe: %s", _said(error))
            raise StripeUnavailable() from error
        # Of our own making: a wrong key, a parameter that is none, one key for two different requests.
        logger.warning("Stripe refused: %s", _said(error))
        raise StripeRefused(*_told(error), **_code(error)) from error
    except ValueError as error:
        # An answer that is no JSON, or none of Stripe's: something else answered.
        raise StripeUnavailable() from error
    found: dict[str, Any] = answer.to_dict()
    return found


def _client() -> stripe.StripeClient:
    return _made(
        os.getpid(),
        settings.STRIPE_API_KEY,
        settings.STRIPE_API_BASE,
        settings.STRIPE_TIMEOUT_SECONDS,
        settings.STRIPE_RETRIES,
    )


@lru_cache(maxsize=4)
def _made(pid: int, key: str, base: str, timeout: float, retries: int) -> stripe.StripeClient:
    """The client of this process; a forked worker gets its own. Its connections are kept by thread."""
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def _told(error: stripe.StripeError) -> tuple[str]:
    return (error.user_message or type(error).__name__,)


def _code(error: stripe.StripeError) -> dict[str, Any]:
    return {"stripe_code": error.code or "", "status": error.http_status or 400}


def _said(error: stripe.StripeError) -> str:
    """The first line: the others of a lost connection are advice."""
    return f"{type(error).__name__}: {str(error).splitlines()[0]}"
