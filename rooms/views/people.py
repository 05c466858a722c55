"""Whom to follow: suggestions, and lists of handles from elsewhere."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.services.imports import (
    MAX_BYTES,
    ImportLine,
    Outcome,
    follows_import,
    handles_given,
    import_preview,
)
from rooms.selectors.suggestions import suggestions
from rooms.views.cards import rings_of
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

SUGGESTED = 20


@page
@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Whom one might want to follow, and the way to bring a list."""
    assert isinstance(request.user, User)
    suggested = suggestions(request.user, limit=SUGGESTED)
    context = {
        "suggested": suggested,
        "rings": rings_of((one.person for one in suggested), viewer=request.user),
    }
    return render(request, "rooms/people_suggestions.html", context | _form_context())


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """Take a list: first say what it would do (`step=preview`), then follow everybody in it (`step=follow`)."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _import_page(request)
    text = request.POST.get("handles", "")
    try:
        handles = handles_given(text, request.FILES.get("file"))
        if request.POST.get("step") == "follow":
            lines = follows_import(follower=request.user, handles=handles, now=timezone.now())
            return _import_page(request, lines=lines, is_done=True)
        return _import_page(request, lines=import_preview(follower=request.user, handles=handles))
    except SpacesError as error:
        return _import_page(request, error=error, typed=text[:MAX_BYTES])


def _import_page(
    request: HttpRequest,
    *,
    lines: Sequence[ImportLine] | None = None,
    is_done: bool = False,
    error: SpacesError | None = None,
    typed: str = "",
) -> HttpResponse:
    counts = Counter(line.outcome for line in lines or ())
    context: dict[str, Any] = {
        "lines": lines,
        "is_done": is_done,
        "new": "\n".join(line.handle for line in lines or () if line.outcome == Outcome.NEW),
        "new_count": counts[Outcome.NEW],
        "followed_count": counts[Outcome.FOLLOWED],
        "error": error,
        "typed": typed,
    }
    return render(
        request,
        "rooms/people_import.html",
        context | _form_context(),
        status=error.status if error else 200,
    )


def _form_context() -> dict[str, Any]:
    return {"import_max": settings.SPACES_IMPORT_MAX, "import_kilobytes": MAX_BYTES // 1024}
