"""Ending one of one's sessions; the list itself is allauth's page in our template."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.models import User
from spaces_project.lib.pages import page


@page
@login_required
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session."""
    assert isinstance(request.user, User)
    services.session_end(user=request.user, session_id=session_id)
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")
