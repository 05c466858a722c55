"""My tickets: what comes, what was, what came back, what was given; and passing a ticket on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import user_for_viewer
from rooms.views.cards import rings_of
from spaces_project.lib.errors import Invalid, SpacesError
from spaces_project.lib.pages import page
from tickets.errors import TicketNotFound, TransferTooLate
from tickets.models import Ticket
from tickets.selectors import mine
from tickets.selectors.tickets import my_ticket
from tickets.services.transfers import ticket_transfer

PER_PAGE = 20
TABS = {
    "": gettext_lazy("Upcoming"),
    "past": gettext_lazy("Past"),
    "refunded": gettext_lazy("Refunded"),
    "tips": gettext_lazy("Tips"),
}


@login_required
@require_safe
def my_tickets(request: HttpRequest) -> HttpResponse:
    """`?tab=`: what comes (also passes, and seats held and waited for), past, refunded, or tips given."""
    user = request.user
    assert isinstance(user, User)
    now = timezone.now()
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    found: Any = {
        "": mine.tickets_ahead,
        "past": mine.tickets_past,
        "refunded": mine.orders_refunded,
        "tips": mine.tips_given,
    }[tab](user)
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": TABS.items(),
        "pages": pages,
        "query": f"tab={tab}&" if tab else "",
        "now": now,
    }
    if not tab and pages.number == 1:
        context |= {
            "holds": list(mine.holds_of(user, now=now)),
            "waits": list(mine.waits_of(user)),
            "passes": list(mine.passes_of(user)),
        }
    people = [row.to.user if tab == "tips" else row.offer.space.host for row in pages]
    context["rings"] = rings_of(people, viewer=user)
    return render(request, "tickets/mine.html", context)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Pass a ticket on: to whom, then whether to do it, since there is no way back."""
    user = request.user
    assert isinstance(user, User)
    ticket = my_ticket(user, ticket_id)
    if ticket.state != Ticket.State.VALID:
        raise TicketNotFound()
    if not ticket.offer.space.is_scheduled:
        raise TransferTooLate()
    context: dict[str, Any] = {"ticket": ticket, "space": ticket.offer.space, "typed": "", "error": None}
    if request.method != "POST":
        return render(request, "tickets/transfer.html", context)
    typed = request.POST.get("to", "").strip().removeprefix("@")
    context["typed"] = typed
    try:
        person = user_for_viewer(typed, user)
        if "confirmed" in request.POST:
            ticket_transfer(ticket=ticket, by=user, to=typed, now=timezone.now())
            messages.success(request, _("Your ticket is {name}’s now.").format(name=person.display_name))
            return redirect("my-tickets")
        if person.pk == user.pk:
            raise Invalid(fields={"to": [_("This ticket is yours already.")]})
        context["person"] = person
    except SpacesError as error:
        context["error"] = error
        context["faults"] = error.fields.get("to") or [error.message]
        return render(request, "tickets/transfer.html", context, status=error.status)
    return render(request, "tickets/transfer.html", context)
