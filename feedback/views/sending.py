"""Saying something of the product, and what was answered."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from feedback.models import Kind
from feedback.selectors import feedback_of
from feedback.services.sending import feedback_send, page_of
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

PER_PAGE = 20


@page
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form, with what is sent along; `?page=` is where one was. Guests sign in first: an answer has to reach them."""
    typed = {"kind": request.GET.get("kind", ""), "text": "", "page": page_of(request.GET.get("page", ""))}
    if not isinstance(request.user, User):
        return render(request, "feedback/sign_in.html", {"typed": typed})
    if request.method != "POST":
        return _form(request, typed)
    typed = {name: request.POST.get(name, "") for name in ("kind", "text", "page")}
    # Whoever looks at what is sent along can leave it out.
    along = request.POST.get("along") == "1"
    try:
        feedback_send(
            author=request.user,
            kind=typed["kind"],
            text=typed["text"],
            page=typed["page"] if along else "",
            version=settings.APP_VERSION if along else "",
            now=timezone.now(),
        )
    except SpacesError as error:
        return _form(request, typed | {"page": page_of(typed["page"])}, error)
    messages.success(request, _("Thank you. We read everything; what we answer comes to your notifications."))
    return redirect("feedback-mine")


@page
@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one has said, and what became of it."""
    assert isinstance(request.user, User)
    pages = Paginator(feedback_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/mine.html", {"pages": pages})


def _form(request: HttpRequest, typed: dict[str, Any], error: SpacesError | None = None) -> HttpResponse:
    hints = {
        Kind.IDEA: _("Something that is missing, or could be better"),
        Kind.PROBLEM: _("Something that does not work"),
        Kind.PRAISE: _("Something that you like"),
    }
    context = {
        "typed": typed,
        "error": error,
        "kinds": [(kind.value, kind.label, hints[kind]) for kind in Kind],
        "most": settings.FEEDBACK_MAX_LENGTH,
    }
    return render(request, "feedback/send.html", context, status=error.status if error else 200)
