"""Search: Spaces by title, host and topic; people by name and handle."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from spaces_project.lib.pages import page


@page
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is found for `?q=`."""
    return render(request, "rooms/search.html")
