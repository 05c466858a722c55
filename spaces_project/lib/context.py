"""What every template may ask of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import translation


def site(request: HttpRequest) -> dict[str, Any]:
    """Give `theme` ("light", "dark" or "" for the system's), and which parts there are.

    `languages`: the product's own, each with its name; `words_file`: the script with the browser's words, "" for English.
    `payments_available`: something can be sold; `payments_are_practice`: and no real money moves, which is to be said.
    """
    theme = request.COOKIES.get("theme", "")
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "theme": theme if theme in ("light", "dark") else "",
        "languages": settings.LANGUAGES,
        "words_file": "" if language == settings.LANGUAGE_CODE else static(f"app/words/{language}.js"),
        "audio_available": bool(settings.LIVEKIT_URL),
        "payments_available": bool(settings.STRIPE_API_KEY),
        "payments_are_practice": settings.STRIPE_IS_STAND_IN,
        "site_url": settings.SITE_URL,
        "app_version": settings.APP_VERSION,
    }
