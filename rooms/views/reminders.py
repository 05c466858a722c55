"""The button that asks to be reminded of a Space."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from rooms import selectors
from rooms.models import Space
from rooms.services.reminders import reminder_set, reminder_unset
from spaces_project.lib.pages import back, page


@page
@login_required
@require_POST
def remind(request: HttpRequest, space_id: str) -> HttpResponse:
    """Remind me."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    reminder_set(space=space, user=request.user, now=timezone.now())
    return _button(request, space, reminded=request.user.pk != space.host_id)


@page
@login_required
@require_POST
def unremind(request: HttpRequest, space_id: str) -> HttpResponse:
    """Remind me no more."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    reminder_unset(space=space, user=request.user, now=timezone.now())
    return _button(request, space, reminded=False)


def _button(request: HttpRequest, space: Space, *, reminded: bool) -> HttpResponse:
    """The other face of the button where htmx asked for it, else the page one came from."""
    if not request.headers.get("HX-Request"):
        return back(request, space.get_absolute_url())
    space.refresh_from_db(fields=["reminder_count"])
    context = {"space": space, "reminded": reminded, "shows_count": "count" in request.POST}
    return render(request, "components/remind_answer.html", context)
