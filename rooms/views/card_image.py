"""The picture beside a link to a Space."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from rooms import selectors
from rooms.card_image.content import card_of
from rooms.card_image.store import card_png
from spaces_project.lib.pages import page

# Short: a Space that has started or ended soon shows it.
FRESH_SECONDS = 60


@page
@require_safe
def card_image(request: HttpRequest, space_id: str) -> HttpResponse:
    """The Space's card as PNG, for everybody: whoever asks, it shows what a guest may see."""
    card = card_of(selectors.space_for_viewer(user=AnonymousUser(), space_id=space_id))
    etag = f'"{card.key}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(card_png(card), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response
