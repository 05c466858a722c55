"""Amounts and months in templates."""

from datetime import datetime

from django import template
from django.utils.formats import date_format

from tickets.amounts import money as in_words
from tickets.periods import Period

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """`{{ 500|money:"usd" }}` is "$5.00"."""
    return in_words(amount, currency)


@register.filter
def less(amount: int, currency: str) -> str:
    """What goes off: "−$5.00"; nothing stays "$0.00"."""
    return in_words(-amount, currency)


@register.filter
def month_name(period: Period) -> str:
    """ "November 2026"."""
    year, month = (int(part) for part in period.name.split("-"))
    return date_format(datetime(year, month, 1), "F Y")  # noqa: DTZ001  # a name, no moment
