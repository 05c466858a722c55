"""Pages of one's own data: the file with it, and the end of the account."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from integrations.confirmed import must_be_confirmed
from integrations.errors import NotConfirmed
from own_data.links import export_linked, export_path, keep_linked
from own_data.selectors import export_of, exports_of, is_there
from own_data.services.deletions import deletion_ask, deletion_withdraw
from own_data.services.exports import export_ask
from own_data.serving import export_served
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@page
@login_required
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The newest file with one's data, how far it is, and the way out."""
    export, now = exports_of(_me(request)).first(), timezone.now()
    context = {
        "export": export,
        "url": export_path(export) if export is not None and is_there(export, now=now) else "",
        "export_days": settings.EXPORT_DAYS,
        "deletion_days": settings.DELETION_DAYS,
    }
    return render(request, "own_data/overview.html", context)


@page
@login_required
@require_POST
def export_start(request: HttpRequest) -> HttpResponse:
    """Ask for the file."""
    export_ask(user=_me(request), now=timezone.now())
    return redirect("own-data")


@page
@login_required
@never_cache
@require_safe
def export_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, by the link of the e-mail: for its owner alone."""
    return export_served(request, export_of(_me(request), export_linked(token)), now=timezone.now())


@page
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """What goes with the account, and the form that asks for it. A session left open is not enough: who is it, first?"""
    user, error = _me(request), None
    try:
        must_be_confirmed(request.session, now=timezone.now())
    except NotConfirmed:
        query = urlencode({REDIRECT_FIELD_NAME: request.path})
        return redirect(f"{reverse('account_reauthenticate')}?{query}")
    if request.method == "POST":
        try:
            deletion = deletion_ask(user=user, handle=request.POST.get("handle", ""), now=timezone.now())
        except SpacesError as refused:
            error = refused
        else:
            logout(request)
            return render(request, "own_data/asked.html", {"deletion": deletion})
    context: dict[str, Any] = {"days": settings.DELETION_DAYS, "error": error}
    return render(request, "own_data/delete.html", context, status=error.status if error else 200)


@page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever cannot sign in any more and has changed their mind: the link is the proof. POST keeps the account."""
    deletion, now = keep_linked(token), timezone.now()
    if request.method == "POST":
        deletion_withdraw(deletion=deletion, now=now)
        messages.success(request, _("Your account stays. Sign in as before."))
        return redirect("account_login")
    return render(request, "own_data/keep.html", {"deletion": deletion, "token": token})
