"""What a ticket brings its host, while the price is being typed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from spaces_project.lib.pages import page
from tickets.errors import SellingNotGranted
from tickets.selectors.creators import creator_of
from tickets.views.space_form import fees_of


@page
@login_required
@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """The line below `?price=`."""
    assert isinstance(request.user, User)
    creator = creator_of(request.user)
    if creator is None:
        raise SellingNotGranted()
    return render(
        request, "components/ticket_fees.html", {"fees": fees_of(creator, request.GET.get("price", ""))}
    )
