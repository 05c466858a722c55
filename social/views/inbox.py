"""The inbox: conversations, and notifications."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from spaces_project.lib.pages import page


@page
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One's conversations, the latest first."""
    return render(request, "social/inbox.html")
