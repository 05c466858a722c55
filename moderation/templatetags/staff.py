"""What the pages of staff need beside Django's own: showing whatever evidence holds."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def kind_of(value: Any) -> str:
    """ "dict", "list" or "plain"."""
    return "dict" if isinstance(value, dict) else "list" if isinstance(value, list) else "plain"


@register.filter
def words(name: str) -> str:
    """The name of a field as one reads it: "deleted_at" is "Deleted at"."""
    return name.replace("_", " ").capitalize()
