"""Where the picture of a Space is."""

from django import template
from django.urls import reverse

from rooms.card_image.content import card_of, state_words
from rooms.models import Space

register = template.Library()


@register.simple_tag
def space_card_image(space: Space) -> str:
    """The path of the Space's card. It changes with what the card says: sites keep a picture by its address for weeks."""
    return f"{reverse('space-card-image', args=[space.pk])}?v={card_of(space).key[:10]}"


@register.filter
def card_when(space: Space) -> str:
    """When the Space is announced for, or was over, as its card says it: in the host's zone, named."""
    return state_words(space)[1]
