"""What every template may ask of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give `theme` ("light", "dark" or "" for the system's) and `audio_available`."""
    theme = request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in ("light", "dark") else "",
        "audio_available": bool(settings.LIVEKIT_URL),
        "site_url": settings.SITE_URL,
    }
