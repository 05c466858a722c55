"""Home: who is live among those one follows; for guests, what this place is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rooms import selectors
from rooms.views.cards import live_cards, rings_of_live

FOLLOWED_SHOWN = 50
OTHERS_SHOWN = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page; guests get the landing."""
    # Those with somebody one follows come first; the rest fills up with the newest others.
    spaces = list(selectors.live_spaces(request.user)[: FOLLOWED_SHOWN + OTHERS_SHOWN])
    bubbles = selectors.bubbles(spaces)
    cards = live_cards(spaces, bubbles)
    followed = [card for card in cards if getattr(card.space, "followed", False)]
    others = [card for card in cards if not getattr(card.space, "followed", False)]
    context = {
        "bubbles": bubbles[: len(followed)],
        "followed": followed,
        "others": others[:OTHERS_SHOWN],
        "rings": rings_of_live(spaces),
    }
    template = "rooms/home.html" if request.user.is_authenticated else "rooms/landing.html"
    return render(request, template, context)
