"""Calendars: what is ahead of oneself, and the files that other calendars read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from accounts.models import User
from rooms import selectors
from rooms.selectors import calendars
from rooms.services.calendars import (
    calendar_feed,
    calendar_feed_reset,
    feed_url,
    person_calendar,
    space_calendar,
)
from rooms.views.cards import rings_of
from spaces_project.lib.pages import page

PER_PAGE = 50


@page
@login_required
@never_cache
@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """What is ahead of whoever is signed in, and the address under which their own calendar finds it."""
    assert isinstance(request.user, User)
    pages = Paginator(calendars.upcoming_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    address = feed_url(calendar_feed(user=request.user, now=timezone.now()))
    context = {
        "pages": pages,
        "feed_url": address,
        # What a tap opens in the calendar of the device.
        "subscribe_url": "webcal://" + address.partition("://")[2],
        "rings": rings_of((space.host for space in pages), viewer=request.user),
    }
    return render(request, "rooms/my_calendar.html", context)


@page
@login_required
@require_POST
def feed_reset(request: HttpRequest) -> HttpResponse:
    """Another address for one's feed."""
    assert isinstance(request.user, User)
    calendar_feed_reset(user=request.user, now=timezone.now())
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect("my-calendar")


@page
@conditional_page
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Somebody's feed, for whoever has its address: calendars send no session."""
    owner = calendars.feed_owner(secret)
    return _file(person_calendar(calendars.feed_spaces(owner, now=timezone.now())), "spaces.ics")


@page
@conditional_page
@require_safe
def space_file(request: HttpRequest, space_id: str) -> HttpResponse:
    """One Space, to be put into a calendar."""
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    return _file(space_calendar(space), f"space-{space.pk}.ics")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    # Kept by nobody in between, and asked for again: mostly the answer is that nothing has changed (304).
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response
