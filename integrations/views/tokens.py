"""Pages of tokens: which there are, a new one, taking one back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from integrations.confirmed import must_be_confirmed
from integrations.errors import NotConfirmed
from integrations.models import NAME_MAX_LENGTH
from integrations.scopes import SCOPES
from integrations.selectors import tokens_of
from integrations.services.tokens import token_create, token_revoke
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

# What is offered; "" is for good. The API takes any number of days.
DAYS = (
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("a year")),
    ("", gettext_lazy("until I take it back")),
)
_DAYS_AT_FIRST = "90"


@page
@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """All of one's own."""
    user = request.user
    assert isinstance(user, User)
    now = timezone.now()
    rows = [
        {
            "token": one,
            "scopes": ", ".join(one.scopes),
            "is_over": one.expires_at is not None and one.expires_at <= now,
        }
        for one in tokens_of(user)
    ]
    return render(request, "integrations/tokens.html", {"rows": rows})


@page
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """The form, and then the token: this once. A session left open is not enough: it asks who one is first."""
    user = request.user
    assert isinstance(user, User)
    try:
        must_be_confirmed(request.session, now=timezone.now())
    except NotConfirmed:
        query = urlencode({REDIRECT_FIELD_NAME: request.path})
        return redirect(f"{reverse('account_reauthenticate')}?{query}")
    typed: dict[str, Any] = {"name": "", "scopes": ["read"], "days": _DAYS_AT_FIRST}
    if request.method != "POST":
        return _form(request, typed)
    typed = {
        "name": request.POST.get("name", ""),
        "scopes": request.POST.getlist("scopes"),
        "days": request.POST.get("days", _DAYS_AT_FIRST),
    }
    days = typed["days"] if typed["days"] in dict(DAYS) else _DAYS_AT_FIRST
    try:
        made, secret = token_create(
            owner=user,
            name=typed["name"],
            scopes=typed["scopes"],
            days=int(days) if days else None,
            now=timezone.now(),
        )
    except SpacesError as error:
        return _form(request, typed, error)
    return render(request, "integrations/token_made.html", {"token": made, "secret": secret}, status=201)


@page
@login_required
@require_POST
def token_take_back(request: HttpRequest, token_id: int) -> HttpResponse:
    """Take one back."""
    assert isinstance(request.user, User)
    token_revoke(owner=request.user, token_id=token_id, now=timezone.now())
    messages.success(request, _("That token opens nothing any more."))
    return redirect("settings-tokens")


def _form(request: HttpRequest, typed: dict[str, Any], error: SpacesError | None = None) -> HttpResponse:
    context = {
        "typed": typed,
        "error": error,
        "scopes": [(name, _(scope.words)) for name, scope in SCOPES.items()],
        "days": DAYS,
        "name_max": NAME_MAX_LENGTH,
    }
    return render(request, "integrations/token_new.html", context, status=error.status if error else 200)
