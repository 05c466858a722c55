"""Giving a tip, and what came of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import user_for_viewer
from rooms import selectors
from rooms.errors import SpaceNotFound
from rooms.models import Space
from spaces_project.lib.errors import Invalid, SpacesError
from spaces_project.lib.pages import page
from tickets.amounts import parsed
from tickets.errors import TipSelf
from tickets.models import Creator, Tip
from tickets.selectors.tips import taker, tip_of, tip_price, tip_prices
from tickets.services.orders import tip_sync
from tickets.services.tips import tip_start
from tickets.stripe.errors import StripeRefused, StripeUnavailable


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: HttpRequest, handle: str) -> HttpResponse:
    """The form of a tip, in a Space (`?space=`) or to somebody anywhere; sent, it leads to the page on which it is paid."""
    user = request.user
    assert isinstance(user, User)
    person = user_for_viewer(handle, user)
    if person.pk == user.pk:
        raise TipSelf()
    creator = taker(person)
    asked = request.POST if request.method == "POST" else request.GET
    space = _space(request, asked.get("space", ""))
    if request.method != "POST":
        return _form(request, person, creator, space)
    try:
        given = tip_start(
            sender=user,
            to=creator,
            amount=_amount(request),
            space=space,
            unnamed="unnamed" in request.POST,
            message=request.POST.get("message", ""),
            now=timezone.now(),
        )
    except SpacesError as error:
        return _form(request, person, creator, space, error)
    return HttpResponseRedirect(given.checkout_url)


@page
@login_required
@require_safe
def tip_price_part(request: HttpRequest, handle: str) -> HttpResponse:
    """What the amount that is being typed (`?own=`) or chosen costs: a line of the form."""
    creator = taker(user_for_viewer(handle, request.user))
    return render(request, "components/tip_price.html", _price(request.GET, creator))


@page
@login_required
@require_safe
def tip_page(request: HttpRequest, tip_id: UUID) -> HttpResponse:
    """One tip: what came of the payment, and the receipt. Coming from the till (`?paid`) it waits until that is known."""
    assert isinstance(request.user, User)
    given = tip_of(request.user, tip_id)
    trouble = False
    if given.state == Tip.State.HELD and "paid" in request.GET:
        try:
            given = tip_sync(tip=given, now=timezone.now())
        except (StripeUnavailable, StripeRefused):
            trouble = True
    context = {
        "tip": given,
        "person": given.to.user,
        "is_waiting": given.state == Tip.State.HELD and "paid" in request.GET,
        "trouble": trouble,
        "is_stand_in": settings.STRIPE_IS_STAND_IN,
    }
    return render(request, "tickets/tip_done.html", context)


def _form(
    request: HttpRequest,
    person: User,
    creator: Creator,
    space: Space | None,
    error: SpacesError | None = None,
) -> HttpResponse:
    post = request.POST
    context: dict[str, Any] = {
        "person": person,
        "space": space,
        "prices": tip_prices(creator),
        "chosen": post.get("amount", str(settings.TIP_CHOICES[1])),
        "own": post.get("own", "")[:20],
        "message": post.get("message", ""),
        "unnamed": "unnamed" in post,
        "message_max": settings.TIP_MESSAGE_MAX_LENGTH,
        "error": error,
        "faults": error.fields if error else {},
        "is_stand_in": settings.STRIPE_IS_STAND_IN,
    }
    asked = post if request.method == "POST" else {"amount": context["chosen"]}
    context |= _price(asked, creator)
    return render(request, "tickets/tip.html", context, status=error.status if error else 200)


def _price(asked: Any, creator: Creator) -> dict[str, Any]:
    try:
        amount = _amount_of(asked)
    except Invalid:
        return {"price": None}
    in_reach = settings.TIP_MIN <= amount <= settings.TIP_MAX
    return {"price": tip_price(amount, creator.currency) if in_reach else None}


def _amount(request: HttpRequest) -> int:
    return _amount_of(request.POST)


def _amount_of(asked: Any) -> int:
    """One of the amounts to choose from, or the own one that was typed. Raises Invalid."""
    chosen = asked.get("amount", "")
    if chosen != "own" and chosen in {str(one) for one in settings.TIP_CHOICES}:
        return int(chosen)
    return parsed(asked.get("own", ""))


def _space(request: HttpRequest, space_id: str) -> Space | None:
    """The Space in which the tip is given; one that is gone for the giver does not stand in its way."""
    if not space_id:
        return None
    try:
        return selectors.space_for_viewer(user=request.user, space_id=space_id)
    except SpaceNotFound:
        return None
