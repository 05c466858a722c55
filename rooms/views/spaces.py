"""The pages of a Space: starting it, the Space itself, ending it. Lists of them: `discovery`."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.selectors import hosting_eligibility
from rooms import selectors
from rooms.models import Space
from rooms.selectors.replays import above
from rooms.services.lifecycle import space_end, space_start
from rooms.services.schedule import space_schedule
from rooms.views.cards import rings_of
from rooms.views.schedule import scheduled_context
from rooms.views.space_form import (
    LATER,
    Typed,
    form_context,
    new_form,
    parts_saved,
    parts_shown,
    typed_in,
)
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.page_parts import page_parts
from spaces_project.lib.pages import page


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def space_new(request: HttpRequest) -> HttpResponse:
    """Start a Space now, or announce it (`?later` begins with that); whoever may not host reads what is missing."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _space_form(request, request.user, new_form(request.user, later="later" in request.GET))
    typed = typed_in(request)
    try:
        if typed.when == LATER:
            space = _scheduled(request, request.user, typed, now=timezone.now())
            messages.success(
                request, _("Your Space is scheduled. Share this page, so that people can wait for it.")
            )
            return redirect(space)
        space = space_start(host=request.user, **typed.details, now=timezone.now())
    except SpacesError as error:
        return _space_form(request, request.user, typed, error)
    # The page opens the room by itself: the host has just asked for it.
    return redirect(f"{space.get_absolute_url()}?open=1")


def _scheduled(request: HttpRequest, user: User, typed: Typed, *, now: datetime) -> Space:
    """Announce what was typed, with what apps above have asked for: all of it, or nothing."""
    with transaction.atomic():
        space = space_schedule(
            host=user, **typed.details, **typed.time, cohosts=typed.handles, series=typed.series, now=now
        )
        parts_saved(space=space, by=user, post=request.POST, now=now)
    return space


def _space_form(
    request: HttpRequest, user: User, typed: Typed, error: SpacesError | None = None
) -> HttpResponse:
    post = request.POST if request.method == "POST" else None
    context = (
        form_context(typed, error)
        | parts_shown(user=user, space=None, post=post)
        | {
            "eligibility": hosting_eligibility(user),
            "own_live": selectors.spaces(state=Space.State.LIVE, host=user).first(),
            "scheduled": selectors.my_scheduled(user)[: settings.SPACES_SCHEDULED_MAX],
        }
    )
    return render(request, "rooms/space_new.html", context, status=error.status if error else 200)


@page
@require_safe
def space_detail(request: HttpRequest, space_id: str) -> HttpResponse:
    """One Space: announced, live with its way in, or what there is to say once it is over."""
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    stage = list(selectors.stage_of(space))
    people = [participation.user for participation in stage]
    mine = selectors.participation_of(space=space, user=request.user)
    context: dict[str, Any] = {
        "space": space,
        "stage": stage,
        "is_host": request.user.is_authenticated and space.host_id == request.user.pk,
        "is_removed": mine is not None and mine.removed_at is not None,
        "was_inside": mine is not None,
    } | page_parts("space", request, space=space, participation=mine, stage=people)
    if space.is_live:
        context |= {
            "listeners": selectors.listener_count(space),
            "blocked_on_stage": selectors.blocked_on_stage([space.pk], viewer=request.user).get(space.pk, []),
            "opens_itself": context["is_host"] and "open" in request.GET,
            "rings": {person.pk: space.pk for person in people},
        }
        return render(request, "rooms/space_live.html", context)
    context["rings"] = rings_of(people, viewer=request.user)
    if space.is_scheduled:
        context |= scheduled_context(space, request.user, mine, now=timezone.now())
        return render(request, "rooms/space_scheduled.html", context)
    if space.state != Space.State.ENDED:
        return render(request, "rooms/space_scheduled_over.html", context)
    # What is left of it, where there is something.
    left: HttpResponse | None = above(settings.ENDED_SPACE_PAGE)(request, space, context)
    return left or render(request, "rooms/space_ended.html", context)


@page
@login_required
@require_POST
def space_end_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """End one's Space for everybody."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    space_end(space=space, by=request.user, now=timezone.now())
    messages.success(request, _("Your Space has ended for everyone."))
    return redirect(space)
