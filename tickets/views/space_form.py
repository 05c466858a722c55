"""The part of a Space's form in which its host sells tickets (`SPACE_FORM_PARTS`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from rooms.models import Space
from rooms.times import TimeMissing, TimeTwice, moment_of
from spaces_project.lib.dates import number
from spaces_project.lib.errors import Invalid
from spaces_project.lib.zones import UnknownZone, zone_named
from tickets.amounts import checked_currency, parsed
from tickets.errors import OfferSold
from tickets.models import Creator, Offer
from tickets.selectors.creators import creator_of, fees_ahead, rolled_out, selling_refusal
from tickets.selectors.offers import is_sold, offer_of
from tickets.services.offers import offer_close, offer_remove, offer_set

_LOCAL = "%Y-%m-%dT%H:%M"
_PRICE = 500
_SEATS_DIGITS = 9


@dataclass(frozen=True, slots=True)
class TypedOffer:
    """What was typed, so that a refusal loses nothing of it; times as `datetime-local` writes them, in the Space's zone."""

    is_ticketed: bool = False
    price: str = "5.00"
    currency: str = "usd"
    seats: str = "50"
    guests: str = ""
    sale_opens: str = ""
    sale_closes: str = ""
    includes_replay: bool = True


class TicketsPart:
    """Implements rooms.views.space_form.FormPart."""

    def shown(self, *, user: User, space: Space | None, post: QueryDict | None) -> dict[str, Any]:
        """`selling`: all that templates/components/space_ticket_fields.html draws; None where nobody can sell here."""
        if not settings.STRIPE_API_KEY or not rolled_out(user) or (space and space.host_id != user.pk):
            return {"selling": None}
        creator = creator_of(user)
        offer = offer_of(space.pk) if space else None
        refusal = selling_refusal(user, creator)
        if creator is None or (refusal is not None and offer is None):
            return {"selling": {"refusal": refusal}}
        typed = typed_offer(post) if post is not None else typed_of(offer, creator)
        return {
            "selling": {
                "typed": typed,
                "offer": offer,
                "is_sold": offer is not None and is_sold(offer),
                "currency": creator.currency,
                "fees": fees_of(creator, typed.price),
                "seats_max": settings.TICKETS_SEATS_MAX,
                "guests_max": settings.TICKETS_GUESTS_MAX,
                "refusal": refusal,
                "is_stand_in": settings.STRIPE_IS_STAND_IN,
            }
        }

    def save(self, *, space: Space, by: User, post: QueryDict, now: datetime) -> None:
        """Sell tickets, change what is sold, or sell none (any more). Raises what the services raise."""
        # The form of whoever cannot sell has no such part; a co-host's has none either.
        if "tickets_shown" not in post or space.host_id != by.pk:
            return
        typed = typed_offer(post)
        if typed.is_ticketed:
            if space.series_id and post.get("every"):
                raise _wrong("every", _("Tickets belong to one date: schedule this Space only once."))
            offer_set(space=space, by=by, **terms_of(typed, by=by, zone=space.time_zone), now=now)
            return
        offer = offer_of(space.pk)
        if offer is None:
            return
        try:
            offer_remove(offer=offer, by=by)
        except OfferSold:
            # What was bought stays good, and the door closed: the host is told so beside the switch.
            offer_close(offer=offer, by=by, now=now)


def typed_offer(post: QueryDict) -> TypedOffer:
    """What the posted form says."""
    return TypedOffer(
        is_ticketed="ticketed" in post,
        price=post.get("price", "")[:20],
        currency=post.get("currency", "")[:10],
        seats=post.get("seats", "")[:20],
        guests=post.get("guests", "")[:10_000],
        sale_opens=post.get("sale_opens", "")[:40],
        sale_closes=post.get("sale_closes", "")[:40],
        includes_replay="includes_replay" in post,
    )


def typed_of(offer: Offer | None, creator: Creator) -> TypedOffer:
    """An offer, or none yet, as the form shows it before anybody has typed."""
    if offer is None:
        return TypedOffer(currency=creator.currency)
    zone = offer.space.time_zone
    handles = offer.guests.order_by("pk").values_list("user__handle", flat=True)
    return TypedOffer(
        is_ticketed=offer.state == Offer.State.OPEN,
        price=f"{offer.amount // 100}.{offer.amount % 100:02d}",
        currency=offer.currency,
        seats=str(offer.seats),
        guests=", ".join(f"@{handle}" for handle in handles),
        sale_opens=_local(offer.sale_opens_at, zone),
        sale_closes=_local(offer.sale_closes_at, zone),
        includes_replay=offer.includes_replay,
    )


def terms_of(typed: TypedOffer, *, by: User, zone: str) -> dict[str, Any]:
    """What was typed as `offer_set` takes it. Raises Invalid for all fields at fault at once."""
    faults: dict[str, list[str]] = {}
    terms: dict[str, Any] = {"guests": typed.guests.replace(",", " ").split()}
    terms["includes_replay"] = typed.includes_replay
    checks = {
        "amount": lambda: parsed(typed.price),
        "seats": lambda: _number(typed.seats),
        "sale_opens_at": lambda: _moment("sale_opens_at", typed.sale_opens, zone),
        "sale_closes_at": lambda: _moment("sale_closes_at", typed.sale_closes, zone),
    }
    for name, check in checks.items():
        try:
            terms[name] = check()
        except Invalid as error:
            faults |= error.fields
    try:
        require_currency(typed.currency, by)
    except Invalid as error:
        faults |= error.fields
    if faults:
        raise Invalid(fields=faults)
    return terms


def require_currency(currency: str, by: User) -> None:
    """Raise Invalid (`currency`) unless that is what the seller's account is paid in; "" is taken for it."""
    creator = creator_of(by)
    if currency and creator is not None and checked_currency(currency) != creator.currency:
        words = _("You are paid in {currency}: your tickets are sold in it, too.")
        raise _wrong("currency", words.format(currency=creator.currency.upper()))


def fees_of(creator: Creator, price: str) -> dict[str, Any] | None:
    """What a ticket at this price, as typed, would bring: a Split beside its currency; None for what is no price."""
    try:
        amount = parsed(price)
    except Invalid:
        return None
    if not settings.TICKET_PRICE_MIN <= amount <= settings.TICKET_PRICE_MAX:
        return None
    return {"split": fees_ahead(creator, amount), "currency": creator.currency}


def _number(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _SEATS_DIGITS):
        most = settings.TICKETS_SEATS_MAX
        raise _wrong("seats", _("Choose a number of seats between 1 and {most}.").format(most=number(most)))
    return int(digits)


def _moment(field: str, text: str, zone: str) -> datetime | None:
    """A local time in the Space's zone; None for nothing. Of a time that clocks show twice it is the earlier."""
    if not text.strip():
        return None
    try:
        entered = datetime.fromisoformat(text.strip()).replace(second=0, microsecond=0)
        return moment_of(entered.replace(tzinfo=None), zone_named(zone or "UTC"), fold="earlier")
    except TimeMissing as error:
        words = _("Clocks skip this time. The first one after it is {time}.")
        raise _wrong(field, words.format(time=f"{error.next_valid:%H:%M}")) from error
    except (ValueError, TimeTwice, UnknownZone, OverflowError) as error:
        raise _wrong(field, _("Write it as a date and a time.")) from error


def _local(moment: datetime | None, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone or 'UTC')):{_LOCAL}}" if moment else ""


def _wrong(field: str, words: str) -> Invalid:
    return Invalid(fields={field: [words]})


tickets_part = TicketsPart()
