"""The follow button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import selectors, services
from accounts.models import User
from spaces_project.lib.pages import back, page


@page
@login_required
@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow somebody."""
    assert isinstance(request.user, User)
    person = selectors.user_by_handle(handle)
    services.follow(follower=request.user, followee=person, now=timezone.now())
    return _button(request, person, is_following=True)


@page
@login_required
@require_POST
def unfollow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow somebody no more."""
    assert isinstance(request.user, User)
    person = selectors.user_by_handle(handle)
    services.unfollow(follower=request.user, followee=person)
    return _button(request, person, is_following=False)


def _button(request: HttpRequest, person: User, *, is_following: bool) -> HttpResponse:
    """The other face of the button where htmx asked for it, else the page one came from."""
    if not request.headers.get("HX-Request"):
        return back(request, person.get_absolute_url())
    person.refresh_from_db(fields=["follower_count"])
    context = {"person": person, "is_following": is_following, "shows_count": "count" in request.POST}
    return render(request, "components/follow_answer.html", context)
