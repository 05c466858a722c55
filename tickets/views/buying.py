"""Buying a ticket: the seat that is held, the page one comes back to, the seat that is given back; and waiting for one."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from rooms import selectors
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page
from tickets.errors import SoldOut
from tickets.models import Offer, Order
from tickets.selectors.box import refund_of, ticket_box
from tickets.selectors.offers import offer_for
from tickets.selectors.tickets import order_of
from tickets.services.orders import order_checkout, order_hold, order_release, order_sync
from tickets.services.waitlist import waitlist_join, waitlist_leave
from tickets.stripe.errors import StripeRefused, StripeUnavailable


@page
@login_required
@require_POST
def buy(request: HttpRequest, space_id: str) -> HttpResponse:
    """Hold a seat, and lead to the page on which it is paid. What is refused is said on the Space's page."""
    assert isinstance(request.user, User)
    offer = _offer(request, space_id)
    try:
        order = order_hold(offer=offer, buyer=request.user, now=timezone.now())
    except SoldOut:
        messages.warning(request, _("Somebody was faster: all seats are taken now."))
        return redirect(offer.space)
    except SpacesError as error:
        messages.error(request, error.message)
        return redirect(offer.space)
    return HttpResponseRedirect(order.checkout_url)


@page
@login_required
@require_safe
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order: what came of the payment, and the receipt. Coming from the till (`?paid`) it waits until that is known."""
    assert isinstance(request.user, User)
    order = order_of(request.user, order_id)
    trouble = False
    if order.state == Order.State.HELD and "paid" in request.GET:
        try:
            order = order_sync(order=order, now=timezone.now())
        except (StripeUnavailable, StripeRefused):
            # Its webhook, or the next look, will tell.
            trouble = True
    context = {
        "order": order,
        "space": order.offer.space,
        "ticket": getattr(order, "ticket", None),
        "refund": refund_of(order),
        "is_waiting": order.state == Order.State.HELD and "paid" in request.GET,
        "trouble": trouble,
        "now": timezone.now(),
        "is_stand_in": settings.STRIPE_IS_STAND_IN,
    }
    return render(request, "tickets/order.html", context)


@page
@login_required
@require_POST
def order_pay(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Go on paying for a seat that is held."""
    assert isinstance(request.user, User)
    order = order_of(request.user, order_id)
    try:
        order = order_checkout(order=order, now=timezone.now())
    except SpacesError as error:
        messages.error(request, error.message)
        return redirect(order.offer.space)
    return HttpResponseRedirect(order.checkout_url)


@page
@login_required
@require_http_methods(["POST"])
def order_give_back(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Let a held seat go."""
    assert isinstance(request.user, User)
    order = order_release(order=order_of(request.user, order_id), now=timezone.now())
    if order.state == Order.State.PAID:
        messages.info(request, _("You had paid already: the ticket is yours."))
    else:
        messages.success(request, _("You gave the seat back. Nothing was charged."))
    return redirect(order.offer.space)


@page
@login_required
@require_POST
def wait(request: HttpRequest, space_id: str) -> HttpResponse:
    """Wait for a seat."""
    assert isinstance(request.user, User)
    offer = _offer(request, space_id)
    try:
        waitlist_join(offer=offer, user=request.user, now=timezone.now())
    except SpacesError as error:
        messages.error(request, error.message)
        return redirect(offer.space)
    box = ticket_box(offer_for(offer.space), request.user, now=timezone.now())
    if box.position:
        messages.success(request, _("You are number {n} in line.").format(n=box.position))
    return redirect(offer.space)


@page
@login_required
@require_POST
def wait_no_more(request: HttpRequest, space_id: str) -> HttpResponse:
    """Leave the line, or the seat that is kept."""
    assert isinstance(request.user, User)
    offer = _offer(request, space_id)
    if waitlist_leave(offer=offer, user=request.user, now=timezone.now()):
        messages.success(request, _("You are not in line any more."))
    return redirect(offer.space)


def _offer(request: HttpRequest, space_id: str) -> Offer:
    return offer_for(selectors.space_for_viewer(user=request.user, space_id=space_id))
