"""Earnings: every cent that came and went, for the creator alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page
from tickets.account_words import account_words
from tickets.amounts import money, parsed
from tickets.models import Creator, Order
from tickets.periods import Period, month_of, months_between, zone_of
from tickets.selectors import earnings as figures
from tickets.selectors import sales as selling
from tickets.selectors.creators import creator_for, creator_of
from tickets.selectors.statement_lines import sale_lines
from tickets.services.refunds import order_refund
from tickets.views.export import statement_file

PER_PAGE = 20
SPACES_SHOWN = 10


@page
@login_required
@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Balance and statement by currency, and what each Space brought; `?month=2026-11`."""
    user = _person(request)
    creator = creator_of(user)
    if creator is None:
        return render(request, "tickets/earnings_none.html")
    now = timezone.now()
    period = _period(request, user)
    offers = list(figures.offers_of(creator, period)[: SPACES_SHOWN + 1])
    by_offer = figures.figures_by_offer(creator, offers[:SPACES_SHOWN], period)
    first = figures.first_moved_at(creator)
    context: dict[str, Any] = {
        "creator": creator,
        "period": period,
        "months": months_between(first, now, zone=zone_of(user)) if first else [],
        "statements": figures.statements(creator, period),
        "spaces": [(offer, by_offer[offer.pk]) for offer in offers[:SPACES_SHOWN]],
        "has_more_spaces": len(offers) > SPACES_SHOWN,
        "progress": figures.tier_progress(creator),
        "account": account_words(creator),
        "disputes": list(selling.disputes_of(creator)[:PER_PAGE]),
        "payouts": list(selling.payouts_of(creator, period)[:3]),
        "has_moved": first is not None,
    }
    return render(request, "tickets/earnings.html", context)


@page
@login_required
@never_cache
@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """What each Space brought."""
    user, creator = _creator(request)
    period = _period(request, user)
    pages = _pages(request, figures.offers_of(creator, period))
    by_offer = figures.figures_by_offer(creator, list(pages), period)
    rows = [(offer, by_offer[offer.pk]) for offer in pages]
    context = {"period": period, "pages": pages, "query": _query(period), "rows": rows}
    return render(request, "tickets/earnings_spaces.html", context)


@page
@login_required
@never_cache
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """Every ticket sold."""
    user, creator = _creator(request)
    period = _period(request, user)
    return _sales_page(request, creator, selling.sales_of(creator, period), period=period)


@page
@login_required
@never_cache
@require_safe
def space_sales(request: HttpRequest, space_id: UUID) -> HttpResponse:
    """Every ticket sold for one Space, and what they brought together."""
    user = _person(request)
    offer = selling.offer_sold_by(user, space_id)
    creator = offer.seller
    together = figures.figures_by_offer(creator, [offer])[offer.pk]
    found = selling.sales_of(creator, offer=offer)
    return _sales_page(request, creator, found, period=figures.ALL_TIME, offer=offer, together=together)


@page
@login_required
@never_cache
@require_safe
def sale(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One sale, with every transaction of it."""
    found = selling.sale_for(_person(request), order_id)
    context = {
        "sale": found,
        "lines": sale_lines(found.order),
        "refunds": list(selling.refunds_of(found.order)),
    }
    return render(request, "tickets/sale.html", context)


@page
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sale_refund(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Pay a ticket back: what will happen, then POST (`which` is whole or part, `amount` of the part)."""
    user = _person(request)
    found = selling.sale_for(user, order_id)
    which, typed = request.POST.get("which", "whole"), request.POST.get("amount", "")
    error: SpacesError | None = None
    if request.method == "POST":
        try:
            refund = order_refund(
                order=found.order,
                by=user,
                amount=parsed(typed) if which == "part" else None,
                now=timezone.now(),
            )
        except SpacesError as refused:
            error = refused
        else:
            back = money(refund.amount, found.order.currency)
            messages.success(request, _("{amount} are on their way back.").format(amount=back))
            return redirect("sale", order_id)
    context = {
        "sale": found,
        "which": which,
        "typed": typed,
        "yours": selling.host_share(found),
        "error": error,
    }
    return render(request, "tickets/sale_refund.html", context, status=error.status if error else 200)


@page
@login_required
@never_cache
@require_safe
def tips(request: HttpRequest) -> HttpResponse:
    """Every tip."""
    user, creator = _creator(request)
    period = _period(request, user)
    pages = _pages(request, selling.tips_of(creator, period))
    context = {"period": period, "pages": pages, "query": _query(period), "creator": creator}
    return render(request, "tickets/earnings_tips.html", context)


@page
@login_required
@never_cache
@require_safe
def payouts(request: HttpRequest) -> HttpResponse:
    """Every payout, and how it stands."""
    user, creator = _creator(request)
    period = _period(request, user)
    pages = _pages(request, selling.payouts_of(creator, period))
    context = {
        "period": period,
        "pages": pages,
        "query": _query(period),
        "account": account_words(creator),
        "statements": figures.statements(creator),
    }
    return render(request, "tickets/earnings_payouts.html", context)


@page
@login_required
@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Every line of the account, as a table for a spreadsheet."""
    user, creator = _creator(request)
    return statement_file(request, creator, _period(request, user))


def _sales_page(
    request: HttpRequest, creator: Creator, found: QuerySet[Order], *, period: Period, **more: Any
) -> HttpResponse:
    pages = _pages(request, found)
    context = {"period": period, "pages": pages, "query": _query(period)}
    context["sales"] = selling.sale_rows(creator, list(pages))
    return render(request, "tickets/earnings_sales.html", context | more)


def _creator(request: HttpRequest) -> tuple[User, Creator]:
    user = _person(request)
    return user, creator_for(user)


def _period(request: HttpRequest, user: User) -> Period:
    return month_of(request.GET.get("month", ""), zone=zone_of(user))


def _pages(request: HttpRequest, found: QuerySet[Any]) -> Page:
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page"))


def _query(period: Period) -> str:
    return f"month={period.name}&" if period.name else ""


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
