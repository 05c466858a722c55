"""Cookies, transport and the content security policy (no inline script or style anywhere)."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from spaces_project.settings.core import SITE_URL
from spaces_project.settings.env import DEBUG, env
from spaces_project.settings.live import LIVEKIT_WS_URL
from spaces_project.settings.recordings import RECORDINGS_MEDIA_ORIGINS
from spaces_project.settings.stripe import STRIPE_PAGES

_secure = SITE_URL.startswith("https://")
SESSION_ENGINE = "spaces_project.lib.sessions"
SESSION_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _secure
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if _secure and not DEBUG else 0
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# LiveKit's client opens a websocket and, for its region and validation checks, plain http to the same host.
_audio = [LIVEKIT_WS_URL, LIVEKIT_WS_URL.replace("ws", "http", 1)] if LIVEKIT_WS_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:", *RECORDINGS_MEDIA_ORIGINS],
        "connect-src": [SELF, *_audio],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        # Browsers hold redirects that follow a form to it as well: one pays on Stripe's pages.
        "form-action": [SELF, *STRIPE_PAGES],
        "object-src": [NONE],
    }
}
SITE_HOST = urlsplit(SITE_URL).netloc

__all__ = [name for name in dir() if name.isupper()]
