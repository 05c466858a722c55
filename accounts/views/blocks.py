"""Buttons that block or mute somebody, and take that back."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import selectors, services
from accounts.models import User
from spaces_project.lib.pages import back, page


@page
@login_required
@require_POST
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Have nothing more to do with somebody."""
    return _done(request, handle, _block, _("You blocked {}."))


@page
@login_required
@require_POST
def unblock(request: HttpRequest, handle: str) -> HttpResponse:
    """Block somebody no more."""
    return _done(request, handle, _unblock, "{} is no longer blocked.")


@page
@login_required
@require_POST
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    """Hear somebody no more."""
    return _done(request, handle, _mute, _("You will not hear {} any more."))


@page
@login_required
@require_POST
def unmute(request: HttpRequest, handle: str) -> HttpResponse:
    """Hear somebody again."""
    return _done(request, handle, _unmute, _("You will hear {} again."))


def _block(owner: User, person: User) -> None:
    services.person_block(owner=owner, person=person, now=timezone.now())


def _unblock(owner: User, person: User) -> None:
    services.person_unblock(owner=owner, person=person)


def _mute(owner: User, person: User) -> None:
    services.person_mute(owner=owner, person=person, now=timezone.now())


def _unmute(owner: User, person: User) -> None:
    services.person_unmute(owner=owner, person=person)


def _done(request: HttpRequest, handle: str, act: Callable[[User, User], None], words: str) -> HttpResponse:
    """Do it, say so, and lead back to where the button was."""
    assert isinstance(request.user, User)
    person = selectors.user_by_handle(handle)
    act(request.user, person)
    messages.success(request, words.format(person.display_name))
    return back(request, person.get_absolute_url())
