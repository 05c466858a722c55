"""The pages of an announced Space: changing, cancelling and starting it, and the answers of those invited to co-host."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.selectors import Viewer
from rooms import selectors
from rooms.errors import NotWaiting
from rooms.models import Participation, Role, Space
from rooms.permissions import Action, require
from rooms.selectors.reminders import is_reminded
from rooms.services.invitations import stage_invite_accept, stage_invite_decline
from rooms.services.lifecycle import space_start_scheduled
from rooms.services.schedule import space_cancel, space_edit_scheduled
from rooms.services.stage import stage_step_down
from rooms.views.space_form import (
    Typed,
    form_context,
    local_text,
    parts_saved,
    parts_shown,
    typed_in,
    typed_of,
)
from spaces_project.lib.errors import NotAllowed, SpacesError
from spaces_project.lib.page_parts import page_parts
from spaces_project.lib.pages import page


def scheduled_context(
    space: Space, user: Viewer, mine: Participation | None, *, now: datetime
) -> dict[str, Any]:
    """What the page of an announced Space shows beside the Space."""
    starts_from = selectors.may_start_from(space)
    return {
        "reminded": is_reminded(space=space, user=user),
        "invitation": selectors.my_invitation(space=space, user=user) if isinstance(user, User) else None,
        "is_cohost": mine is not None and mine.role == Role.COHOST,
        "invited": selectors.open_invitations(space) if user.pk == space.host_id else [],
        "starts_from": starts_from,
        "may_start": now >= starts_from,
        "expires_at": selectors.expires_at(space),
        "now": now,
    }


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def space_edit(request: HttpRequest, space_id: str) -> HttpResponse:
    """Change an announced Space: the host all of it, co-hosts what it is about."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    require(selectors.participation_of(space=space, user=request.user), Action.EDIT)
    if not space.is_scheduled:
        raise NotWaiting()
    is_host = space.host_id == request.user.pk
    if request.method != "POST":
        return _edit_form(request, space, typed_of(space), is_host=is_host)
    typed = typed_in(request)
    given: dict[str, Any] = dict(typed.details)
    if is_host:
        given["cohosts"] = typed.handles
        # Seconds are none of the form's: a time that was not touched stays to the second.
        if (typed.scheduled_at, typed.time_zone) != (local_text(space), space.time_zone):
            given |= typed.time
    try:
        with transaction.atomic():
            space = space_edit_scheduled(space=space, by=request.user, now=timezone.now(), **given)
            parts_saved(space=space, by=request.user, post=request.POST, now=timezone.now())
    except SpacesError as error:
        return _edit_form(request, space, typed, error, is_host=is_host)
    messages.success(request, _("Saved."))
    return redirect(space)


def _edit_form(
    request: HttpRequest, space: Space, typed: Typed, error: SpacesError | None = None, *, is_host: bool
) -> HttpResponse:
    assert isinstance(request.user, User)
    post = request.POST if request.method == "POST" else None
    context = form_context(typed, error) | {"space": space, "is_host": is_host, "is_edit": True}
    context |= parts_shown(user=request.user, space=space, post=post)
    return render(request, "rooms/space_edit.html", context, status=error.status if error else 200)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def space_cancel_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """Ask whether to call an announced Space off, and do it."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    if request.method == "POST":
        following = request.POST.get("which") == "following"
        space_cancel(space=space, by=request.user, now=timezone.now(), following=following)
        messages.success(request, _("Cancelled. Whoever asked to be reminded is told."))
        return redirect(space)
    if space.host_id != request.user.pk:
        raise NotAllowed(_("Only the host can cancel this Space."), code="space.not_host")
    if not space.is_scheduled:
        raise NotWaiting()
    return render(
        request,
        "rooms/space_cancel.html",
        {"space": space} | page_parts("space_cancel", request, space=space),
    )


@page
@login_required
@require_POST
def space_start_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """Go live with an announced Space."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    space = space_start_scheduled(space=space, by=request.user, now=timezone.now())
    return redirect(f"{space.get_absolute_url()}?open=1")


@page
@login_required
@require_POST
def cohost_answer(request: HttpRequest, space_id: str) -> HttpResponse:
    """Accept or decline to be a co-host, or give it back."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    answer = request.POST.get("answer", "")
    if answer == "accept":
        consent = "recording_consent" in request.POST
        stage_invite_accept(space=space, user=request.user, recording_consent=consent, now=timezone.now())
        messages.success(request, _("You are a co-host. You are on stage as soon as it starts and you join."))
    elif answer == "decline":
        stage_invite_decline(space=space, user=request.user, now=timezone.now())
    elif answer == "step_down" and space.is_scheduled:
        stage_step_down(space=space, user=request.user, now=timezone.now())
    return redirect(space)
