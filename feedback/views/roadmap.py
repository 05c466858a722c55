"""The public list of what is planned, in work and shipped, and votes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from feedback.models import ItemState
from feedback.selectors import roadmap as listed
from feedback.services.sending import vote, vote_withdraw
from spaces_project.lib.pages import back, page

# In the order of the page.
_STATES = (ItemState.IN_PROGRESS, ItemState.PLANNED, ItemState.SHIPPED)
# Of what is shipped, the latest.
SHIPPED_SHOWN = 30


@page
@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """The list, by how far things are, each by votes. One query."""
    found: dict[str, list[Any]] = {state: [] for state in _STATES}
    for item in listed(request.user):
        found[item.state].append(item)
    found[ItemState.SHIPPED] = found[ItemState.SHIPPED][:SHIPPED_SHOWN]
    parts = [(state.value, state.label, found[state]) for state in _STATES if found[state]]
    return render(request, "feedback/roadmap.html", {"parts": parts})


@page
@login_required
@require_POST
def item_vote(request: HttpRequest, item_id: int) -> HttpResponse:
    """Vote, or take the vote back (`on` is 0). The button anew where that is all that was asked for."""
    assert isinstance(request.user, User)
    act = vote if request.POST.get("on") == "1" else vote_withdraw
    item = act(user=request.user, item_id=item_id, now=timezone.now())
    if getattr(request, "htmx", False):
        return render(request, "components/roadmap_vote.html", {"item": item})
    return back(request, f"{reverse('roadmap')}#item-{item.pk}")
