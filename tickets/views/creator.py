"""Becoming a creator: the checklist, the application, the account for payouts, tips, currency."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page, refusal
from tickets.account_words import account_words
from tickets.fees import split
from tickets.models import Creator
from tickets.selectors.applications import creator_standing, may_apply_again_at
from tickets.selectors.creators import creator_for, has_fixed_currency
from tickets.selectors.earnings import tier_progress
from tickets.services import creators, onboarding

# What the page reckons a ticket with, in minor units, to show what is left of it.
_EXAMPLE = 1000


@page
@login_required
@never_cache
@require_safe
def creator(request: HttpRequest) -> HttpResponse:
    """What it is, how far one is, and what there is to do next."""
    return _creator_page(request)


@page
@login_required
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Ask to sell tickets."""
    try:
        creators.creator_apply(user=_person(request), is_adult="is_adult" in request.POST, now=timezone.now())
    except SpacesError as error:
        return _creator_page(request, error)
    messages.success(request, _("We have your application. You hear from us when it is decided."))
    return redirect("creator")


@page
@login_required
@require_POST
def apply_no_more(request: HttpRequest) -> HttpResponse:
    """Take the application back."""
    creators.application_withdraw(user=_person(request), now=timezone.now())
    messages.success(request, _("Your application is taken back."))
    return redirect("creator")


@page
@login_required
@require_POST
def payouts_start(request: HttpRequest) -> HttpResponse:
    """Go to Stripe's page, and say there who one is."""
    try:
        link = creators.payouts_connect(user=_person(request), now=timezone.now())
    except SpacesError as error:
        return _creator_page(request, error)
    return HttpResponseRedirect(link.url)


@page
@login_required
@require_safe
def payouts_again(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends whoever comes with a link that was used, or is too old: to a new one."""
    link = creators.payouts_connect(user=_person(request), now=timezone.now())
    return HttpResponseRedirect(link.url)


@page
@login_required
@require_safe
def payouts_return(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends whoever is done, or has had enough: what came of it is asked of Stripe."""
    try:
        found = onboarding.onboarding_return(creator=creator_for(_person(request)), now=timezone.now())
    except SpacesError as error:
        # Stripe tells us by itself when it can.
        messages.error(request, error.message)
    else:
        if account_words(found).is_ready:
            messages.success(request, _("Your account is ready: you can be paid."))
    return redirect("creator")


@page
@login_required
@require_POST
def payouts_account(request: HttpRequest) -> HttpResponse:
    """Go to one's own pages at Stripe: bank account, payouts, tax forms."""
    return HttpResponseRedirect(onboarding.login_page(creator=creator_for(_person(request))).url)


@page
@login_required
@require_POST
def tips(request: HttpRequest) -> HttpResponse:
    """Take tips (`is_on`), or none."""
    is_on = "is_on" in request.POST
    try:
        creators.tips_switch(user=_person(request), is_on=is_on)
    except SpacesError as error:
        return _creator_page(request, error)
    messages.success(request, _("People can tip you now.") if is_on else _("You take no tips any more."))
    return redirect("creator")


@page
@login_required
@require_POST
def currency(request: HttpRequest) -> HttpResponse:
    """Choose in which currency one sells."""
    try:
        creators.currency_set(user=_person(request), currency=request.POST.get("currency", ""))
    except SpacesError as error:
        return _creator_page(request, error)
    messages.success(request, _("Saved."))
    return redirect("creator")


def _creator_page(request: HttpRequest, error: SpacesError | None = None) -> HttpResponse:
    user, now = _person(request), timezone.now()
    standing = creator_standing(user, now=now)
    if not standing.is_open and standing.creator is None:
        # Whoever has been a creator sees what they have, whatever the roll-out.
        assert standing.refusal is not None
        return refusal(request, standing.refusal)
    shown = standing.creator or Creator(user=user)
    context: dict[str, Any] = {
        "standing": standing,
        "creator": shown,
        "account": account_words(standing.creator),
        "apply_again_at": may_apply_again_at(standing.application),
        "example": split(_EXAMPLE, used=shown.tier_amounts),
        "progress": tier_progress(shown),
        "currencies": settings.TICKET_CURRENCIES,
        "is_currency_fixed": standing.creator is not None and has_fixed_currency(standing.creator),
        "is_off": not settings.STRIPE_API_KEY,
        "is_stand_in": settings.STRIPE_IS_STAND_IN,
        "error": error,
    }
    return render(request, "tickets/creator.html", context, status=error.status if error else 200)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
