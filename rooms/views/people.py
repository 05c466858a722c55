"""Whom to follow: suggestions, and lists of handles from elsewhere."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.services.imports import Outcome, follows_import, import_preview
from accounts.views.handle_imports import HandleImport, form_context, import_page
from rooms.selectors.suggestions import suggestions
from rooms.views.cards import rings_of
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
    return render(request, "rooms/people_suggestions.html", context | form_context())


_FOLLOWS = HandleImport(
    template="rooms/people_import.html",
    step="follow",
    done=Outcome.FOLLOWED,
    preview=lambda follower, handles: import_preview(follower=follower, handles=handles),
    run=lambda follower, handles: follows_import(follower=follower, handles=handles, now=timezone.now()),
)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """Take a list: first say what it would do (`step=preview`), then follow everybody in it (`step=follow`)."""
    return import_page(request, _FOLLOWS)
