"""Serves the pictures of people, so that a site without a proxy or object storage shows them."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

YEAR_SECONDS = 365 * 24 * 3600


@require_safe
@cache_control(public=True, immutable=True, max_age=YEAR_SECONDS)
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """One picture, some 10 kB of WebP. Its name is random and never used again (accounts.services.pictures)."""
    try:
        with default_storage.open(f"pictures/{name}.webp") as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
