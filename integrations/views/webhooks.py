"""Pages of webhooks: which there are, a new one, and one with its log."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from integrations.models import URL_MAX_LENGTH, Kind
from integrations.selectors import deliveries_of, webhook_of, webhooks_of
from integrations.services import webhooks as services
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

PER_PAGE = 20


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@page
@login_required
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of one's own."""
    return render(request, "integrations/webhooks.html", {"hooks": webhooks_of(_me(request))})


@page
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    """The form, and then the secret: this once."""
    if request.method != "POST":
        return _form(request, {"url": "", "kinds": [Kind.STARTED, Kind.ENDED]})
    typed: dict[str, Any] = {"url": request.POST.get("url", ""), "kinds": request.POST.getlist("kinds")}
    try:
        made = services.webhook_create(owner=_me(request), **typed, now=timezone.now())
    except SpacesError as error:
        return _form(request, typed, error)
    return render(request, "integrations/webhook_made.html", {"hook": made}, status=201)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """One, with what it is told of, and its log."""
    me = _me(request)
    hook = webhook_of(me, webhook_id)
    if request.method != "POST":
        return _show(request, webhook_id, {"url": hook.url, "kinds": hook.kinds})
    typed: dict[str, Any] = {"url": request.POST.get("url", ""), "kinds": request.POST.getlist("kinds")}
    try:
        services.webhook_change(owner=me, webhook_id=webhook_id, **typed, now=timezone.now())
    except SpacesError as error:
        return _show(request, webhook_id, typed, error)
    messages.success(request, _("The webhook is changed."))
    return redirect("settings-webhook", webhook_id)


@page
@login_required
@require_POST
def webhook_switch(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Turn it off, or on again."""
    is_on = request.POST.get("on") == "1"
    services.webhook_change(owner=_me(request), webhook_id=webhook_id, is_on=is_on, now=timezone.now())
    messages.success(request, _("The webhook is on.") if is_on else _("The webhook is off."))
    return redirect("settings-webhook", webhook_id)


@page
@login_required
@require_POST
def webhook_ping(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send it a test."""
    services.webhook_ping(owner=_me(request), webhook_id=webhook_id, now=timezone.now())
    messages.success(request, _("A test is on its way. Reload to see what became of it."))
    return redirect("settings-webhook", webhook_id)


@page
@login_required
@require_POST
def webhook_delete(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Delete it."""
    services.webhook_delete(owner=_me(request), webhook_id=webhook_id)
    messages.success(request, _("The webhook is deleted."))
    return redirect("settings-webhooks")


@page
@login_required
@require_POST
def webhook_send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send an event once more."""
    row = services.webhook_send_again(owner=_me(request), delivery_id=delivery_id, now=timezone.now())
    messages.success(request, _("It is sent once more."))
    return redirect("settings-webhook", row.webhook_id)


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in Kind if kind != Kind.PING]


def _form(request: HttpRequest, typed: dict[str, Any], error: SpacesError | None = None) -> HttpResponse:
    context = {"typed": typed, "error": error, "kinds": _kinds(), "url_max": URL_MAX_LENGTH}
    return render(request, "integrations/webhook_new.html", context, status=error.status if error else 200)


def _show(
    request: HttpRequest, webhook_id: int, typed: dict[str, Any], error: SpacesError | None = None
) -> HttpResponse:
    hook = webhook_of(_me(request), webhook_id)
    context = {
        "hook": hook,
        "off_reason": _(hook.off_reason) if hook.off_reason else "",
        "pages": Paginator(deliveries_of(hook), PER_PAGE).get_page(request.GET.get("page")),
        "typed": typed,
        "error": error,
        "kinds": _kinds(),
        "url_max": URL_MAX_LENGTH,
    }
    return render(request, "integrations/webhook.html", context, status=error.status if error else 200)
