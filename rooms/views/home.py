"""Home: who is live among those one follows, and what they write; for guests, what this place is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from rooms import selectors
from rooms.views.cards import live_cards, rings_of_live
from social.selectors.posts import post_key, timeline_page
from social.services.posts import post_create
from social.views.posts import more_posts, wants_more
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

# The strip has them all; below it stand a few, and the page belongs to the posts.
BUBBLES_SHOWN = 50
CARDS_SHOWN = 2
GUESTS_SEE = 6


@page
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The home page, and the form on it that posts; guests get the landing."""
    if not isinstance(request.user, User):
        spaces = list(selectors.live_spaces(request.user)[:GUESTS_SEE])
        cards = live_cards(spaces, selectors.bubbles(spaces), viewer=request.user)
        return render(request, "rooms/landing.html", {"others": cards, "rings": rings_of_live(spaces)})
    if request.method != "POST":
        # `?text=` fills the form: a share target, or "Post about this".
        return _home(request, request.user, typed=request.GET.get("text", "")[:1000])
    typed = request.POST.get("text", "")
    try:
        post_create(author=request.user, text=typed, now=timezone.now())
    except SpacesError as error:
        return _home(request, request.user, typed=typed, error=error)
    return redirect("home")


def _home(request: HttpRequest, user: User, *, typed: str, error: SpacesError | None = None) -> HttpResponse:
    before = post_key(request.GET.get("before", ""))
    posts = timeline_page(user, before=before)
    if wants_more(request):
        return more_posts(request, posts)
    context = _live(user) | {"posts": posts, "before": before, "typed": typed, "error": error}
    context["rings"] = selectors.live_space_of(posts.people, viewer=user) | context["rings"]
    return render(request, "rooms/home.html", context, status=error.status if error else 200)


def _live(user: User) -> dict[str, Any]:
    """The strip, and a few cards: of those one follows, else the newest others."""
    # Those with somebody one follows come first; the rest fills up with the newest others.
    spaces = list(selectors.live_spaces(user)[: BUBBLES_SHOWN + CARDS_SHOWN])
    bubbles = selectors.bubbles(spaces)
    cards = live_cards(spaces, bubbles, viewer=user)
    followed = [card for card in cards if getattr(card.space, "followed", False)][:BUBBLES_SHOWN]
    return {
        "bubbles": bubbles[: len(followed)],
        "cards": followed[:CARDS_SHOWN] or cards[:CARDS_SHOWN],
        "is_followed": bool(followed),
        "rings": rings_of_live(spaces),
    }
