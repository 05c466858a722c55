"""What is kept of earnings, and the months by which they are read, in templates."""

from datetime import date

from django import template
from django.utils.formats import date_format

from tickets.amounts import money
from tickets.periods import Period

register = template.Library()


@register.filter
def less(amount: int, currency: str) -> str:
    """Minor units that go off: "−$5.00"; nothing is "$0.00"."""
    return money(-amount, currency)


@register.filter
def month_name(period: Period) -> str:
    """ "November 2026"."""
    return date_format(date.fromisoformat(f"{period.name}-01"), "F Y")
