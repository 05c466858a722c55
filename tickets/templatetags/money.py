"""Amounts in templates."""

from django import template

from tickets import amounts

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """Minor units of a currency in words: "$5.00"."""
    return amounts.money(amount, currency)
