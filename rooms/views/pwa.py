"""What makes the site an app: its manifest, the worker that stands between it and the network, the page without network."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Of the bundle, what every page needs; and its chunks, which carry a hash in their names.
_ALWAYS = ("app/main.css", "app/main.js", "app/icons.svg", "app/logo.svg", "app/favicon.svg")
_CHUNKS = "app/chunks"
_WORKER = "app/sw.js"


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest (W3C), in the reader's language."""
    return JsonResponse(
        {
            "id": "/",
            "name": "Spaces",
            "short_name": "Spaces",
            "description": _("Live audio rooms: find a voice you know, tap, and listen."),
            "lang": get_language() or settings.LANGUAGE_CODE,
            "dir": "rtl" if get_language_bidi() else "ltr",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            # Of the light pages; dark ones say theirs themselves (templates/base.html).
            "theme_color": "#fbfafd",
            "background_color": "#fbfafd",
            "categories": ["social", "music", "news"],
            "icons": [
                *(_icon(f"app/icon-{size}.png", size, "any") for size in (192, 512)),
                *(_icon(f"app/icon-maskable-{size}.png", size, "maskable") for size in (192, 512)),
            ],
            "shortcuts": [
                _shortcut(_("Live now"), reverse("spaces")),
                _shortcut(_("Start a Space"), reverse("space-new")),
                _shortcut(_("Inbox"), reverse("inbox")),
            ],
            "screenshots": [
                _screenshot("app/screenshot-phone.png", "585x1266", "narrow", _("A live Space on a phone")),
                _screenshot(
                    "app/screenshot-desktop.png", "1280x800", "wide", _("A live Space beside the list")
                ),
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without network: nothing that is anybody's, since browsers keep it."""
    return render(request, "offline.html")


@csp({"default-src": [NONE], "connect-src": [SELF]})
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, which must come from the root to work for all pages, behind what this version of the site is made of.

    Browsers look for a new one by themselves, and compare bytes: another version of anything in it is a new worker.
    """
    try:
        script = _file(_WORKER).read_text()
        version = hashlib.sha256("".join(_contents(script)).encode()).hexdigest()[:16]
    except OSError as error:
        raise Http404("The browser bundle is not built.") from error
    told = {
        "version": version,
        "offline": reverse("offline"),
        "assets": [_address(name) for name in _names()],
    }
    # What the page without network looks like depends on the language it was fetched in.
    told["language"] = get_language() or settings.LANGUAGE_CODE
    response = HttpResponse(
        f"self.SPACES = {json.dumps(told)};\n{script}", content_type="text/javascript; charset=utf-8"
    )
    response["Service-Worker-Allowed"] = "/"
    return response


def _icon(name: str, size: int, purpose: str) -> dict[str, Any]:
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def _shortcut(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "url": url, "icons": [_icon("app/icon-192.png", 192, "any")]}


def _screenshot(name: str, sizes: str, form: str, label: str) -> dict[str, Any]:
    return {"src": static(name), "sizes": sizes, "type": "image/png", "form_factor": form, "label": label}


def _file(name: str) -> Path:
    """A file of the bundle: where it was built, else where it was collected. Read each time: it is new after each update."""
    return Path(str(finders.find(name) or Path(str(settings.STATIC_ROOT)) / name))


def _address(name: str) -> str:
    """Where it is asked for: chunks under the name that the bundle itself calls them by."""
    return f"{settings.STATIC_URL}{name}" if name.startswith(_CHUNKS) else static(name)


def _names() -> Iterator[str]:
    yield from _ALWAYS
    folder = _file("app/main.js").parent / "chunks"
    # Without the copies that whitenoise has made of them, whose names have a second hash.
    yield from sorted(f"{_CHUNKS}/{one.name}" for one in folder.glob("*.js") if one.name.count(".") == 1)


def _contents(script: str) -> Iterator[str]:
    """All that a version is made of: chunks have theirs in their names."""
    yield script
    yield str(settings.STATIC_URL)
    for name in _names():
        yield name
        if name in _ALWAYS:
            yield hashlib.sha256(_file(name).read_bytes()).hexdigest()
    template = Path(str(settings.BASE_DIR)) / "templates" / "offline.html"
    yield template.read_text()
