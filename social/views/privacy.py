"""Settings: who may write to me, whom I block, whom I have muted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.selectors import blocks_of, mutes_of
from social.models import InboxSettings
from social.selectors.direct import who_may_write_to
from social.services.direct import inbox_settings_update
from spaces_project.lib.errors import SpacesError

PEOPLE_PER_PAGE = 40


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """The page, and the choice on it; unblocking and unmuting are forms of their own."""
    user = request.user
    assert isinstance(user, User)
    chosen, error = who_may_write_to(user), None
    if request.method == "POST":
        chosen = request.POST.get("who_may_write", "")
        try:
            inbox_settings_update(user=user, who_may_write=chosen)
        except SpacesError as refusal:
            error = refusal
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("settings-privacy")
    query = request.GET.get("q", "").strip()[:50]
    context = {
        "query": query,
        "chosen": chosen,
        "choices": InboxSettings.WhoMayWrite.choices,
        "error": error,
        "blocks": Paginator(blocks_of(user, query=query), PEOPLE_PER_PAGE).get_page(
            request.GET.get("blocked")
        ),
        "mutes": Paginator(mutes_of(user, query=query), PEOPLE_PER_PAGE).get_page(request.GET.get("muted")),
    }
    return render(request, "social/settings_privacy.html", context, status=error.status if error else 200)
