"""Whole addresses that Stripe's pages lead back to, and paths that notifications lead to."""

from uuid import UUID

from django.conf import settings

from rooms.models import Space

MY_TICKETS = "/tickets/"
EARNINGS = "/earnings/"
CREATOR = "/creator/"
# In the admin, for finance.
DISPUTES_DESK = "/admin/tickets/dispute/"
RECONCILIATION_DESK = "/admin/tickets/reconciliationrun/"


def order_path(order_id: UUID) -> str:
    """The page of one order, for its buyer: what came of the payment, and the receipt."""
    return f"/tickets/orders/{order_id}/"


def tip_path(tip_id: UUID) -> str:
    """The page of one tip, for its sender."""
    return f"/tips/{tip_id}/"


def after_paying(path: str) -> str:
    """Where somebody comes back to when they have paid."""
    return f"{settings.SITE_URL}{path}?paid=1"


def after_turning_back(space: Space | None, path: str) -> str:
    """Where somebody comes back to who turned back at the till."""
    return settings.SITE_URL + (space.get_absolute_url() if space else path)


def onboarding_done() -> str:
    """Where creators come back to from Stripe's pages, done or not."""
    return f"{settings.SITE_URL}{EARNINGS}setup/done/"


def onboarding_again() -> str:
    """Where Stripe sends creators whose link was used or is too old: they get a new one."""
    return f"{settings.SITE_URL}{EARNINGS}setup/again/"
