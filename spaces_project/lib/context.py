"""What every template may ask of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give `theme` ("light", "dark" or "" for the system's), and which parts there are.

    `payments_available`: something can be sold; `payments_are_practice`: and no real money moves, which is to be said.
    """
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in ("light", "dark") else "",
        "audio_available": bool(settings.LIVEKIT_URL),
        "payments_available": bool(settings.STRIPE_API_KEY),
        "payments_are_practice": settings.STRIPE_IS_STAND_IN,
        "site_url": settings.SITE_URL,
        "app_version": settings.APP_VERSION,
    }
