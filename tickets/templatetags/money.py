"""Amounts in templates."""

from datetime import datetime

from django import template

from tickets import amounts

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """Minor units of a currency in words: "$5.00"."""
    return amounts.money(amount, currency)


@register.filter
def time_left(until: datetime, now: datetime) -> str:
    """How long something is kept: "14:32", "1:02:03". The client counts on from it."""
    minutes, seconds = divmod(max(0, int((until - now).total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
