"""Features in templates."""

from typing import Any

from django import template

from flags.selectors import flag_on as is_on

register = template.Library()


@register.simple_tag(takes_context=True)
def flag_on(context: Any, name: str) -> bool:
    """Whether the feature is on for whoever reads: `{% flag_on "clips" as clips %}{% if clips %}…{% endif %}`."""
    return is_on(name, context.get("user"))
