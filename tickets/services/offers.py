"""What a host sells for a Space: price, seats, times, and who gets in free."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from accounts.models import HANDLE, HANDLE_MAX_LENGTH, User
from accounts.selectors import kept_apart
from rooms.events import emit
from rooms.models import Space
from rooms.services.locks import locked_space
from spaces_project.lib.dates import number
from spaces_project.lib.errors import Invalid
from tickets.amounts import checked_amount
from tickets.errors import (
    NotYourOffer,
    OfferSold,
    OfferTooLate,
    PriceFixed,
    SeatsOnlyGrow,
)
from tickets.models import Creator, Offer, OfferGuest
from tickets.selectors.creators import creator_of, selling_refusal
from tickets.selectors.offers import is_sold, offer_of
from tickets.selectors.prices import ticket_card
from tickets.services.locks import locked_offer
from tickets.services.seats import seats_handed_out
from tickets.stripe.errors import PaymentsOff

_CHANGED = (
    "amount",
    "seats",
    "includes_replay",
    "sale_opens_at",
    "sale_closes_at",
    "state",
)


def offer_set(
    *,
    space: Space,
    by: User,
    amount: int,
    seats: int,
    sale_opens_at: datetime | None = None,
    sale_closes_at: datetime | None = None,
    includes_replay: bool = True,
    guests: Sequence[str] | None = None,
    now: datetime,
) -> Offer:
    """Make a scheduled Space a ticketed one, or change what is sold for it; what was closed is open again.

    `amount` is in minor units of the seller's currency. Once a ticket is sold, or being paid for, the price stays, and seats
    may only grow (also while the Space is live); new seats are kept for those who wait. `guests` are the handles of all who get
    in free (None: as they are). Raises NotYourOffer, what `selling_refusal` refuses with, PaymentsOff, OfferTooLate,
    PriceFixed, SeatsOnlyGrow, Invalid with the fields at fault.
    """
    creator = _seller_of(space, by)
    amount = checked_amount(amount, least=settings.TICKET_PRICE_MIN, most=settings.TICKET_PRICE_MAX)
    _checked_seats(seats)
    if sale_opens_at and sale_closes_at and sale_closes_at <= sale_opens_at:
        raise Invalid(fields={"sale_closes_at": [_("The sale closes after it opens.")]})
    people = None if guests is None else guests_named(space=space, handles=guests)
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        offer = offer_of(space.pk)
        if offer is None:
            if not space.is_scheduled:
                raise OfferTooLate()
            offer = Offer(space=space, seller=creator, currency=creator.currency, created_at=now)
        else:
            offer = _changeable(offer, space, amount=amount, seats=seats)
        offer.amount, offer.seats, offer.includes_replay = amount, seats, includes_replay
        offer.sale_opens_at, offer.sale_closes_at = sale_opens_at, sale_closes_at
        offer.state = Offer.State.OPEN
        if offer._state.adding:
            offer.save()
        else:
            # Not how many are taken: that only moves by itself.
            offer.save(update_fields=_CHANGED)
        if people is not None:
            _guests_set(offer, people, now=now)
        seats_handed_out(offer, now=now)
        emit(space, "space.ticketed", {"ticket": ticket_card(space)})
    return offer


def offer_close(*, offer: Offer, by: User, now: datetime) -> Offer:
    """Sell no more. Tickets stay good, and the Space stays a ticketed one. Done twice it is done once. Raises NotYourOffer."""
    if offer.seller.user_id != by.pk:
        raise NotYourOffer()
    with transaction.atomic():
        offer = locked_offer(offer.pk)
        offer.state = Offer.State.CLOSED
        offer.save(update_fields=["state"])
    return offer


def offer_remove(*, offer: Offer, by: User) -> None:
    """Let everybody in free again, as long as nobody has bought anything. Raises NotYourOffer, OfferSold."""
    if offer.seller.user_id != by.pk:
        raise NotYourOffer()
    with transaction.atomic():
        space = locked_space(offer.space_id, live=False)
        offer = locked_offer(offer.pk)
        # Also orders that ran out: they belong to the books.
        if offer.orders.exists():
            raise OfferSold()
        offer.delete()
        emit(space, "space.ticketed", {"ticket": None})


def guests_set(*, offer: Offer, by: User, handles: Sequence[str], now: datetime) -> list[User]:
    """Let these people in free, and nobody else. Raises NotYourOffer, Invalid (`guests`)."""
    if offer.seller.user_id != by.pk:
        raise NotYourOffer()
    people = guests_named(space=offer.space, handles=handles)
    with transaction.atomic():
        _guests_set(locked_offer(offer.pk), people, now=now)
    return people


def guests_named(*, space: Space, handles: Sequence[str]) -> list[User]:
    """The people of these handles, whom the host may let in free. Raises Invalid (`guests`), naming those who are nobody."""
    wanted = list(dict.fromkeys(name for one in handles if (name := one.strip().lstrip("@"))))
    if len(wanted) > settings.TICKETS_GUESTS_MAX:
        raise Invalid(
            fields={
                "guests": [_("At most {most} people get in free.").format(most=settings.TICKETS_GUESTS_MAX)]
            }
        )
    # What can be no handle is not asked for: PostgreSQL refuses a NUL even in a question.
    asked = [name.upper() for name in wanted if HANDLE.search(name)]
    found = User.objects.filter(is_active=True).annotate(upper=Upper("handle")).filter(upper__in=asked)
    people = {user.handle.upper(): user for user in found}
    apart = kept_apart(space.host_id, among=[user.pk for user in people.values()]) | {space.host_id}
    wrong = [name for name in wanted if name.upper() not in people or people[name.upper()].pk in apart]
    if wrong:
        names = ", ".join(f"@{name[:HANDLE_MAX_LENGTH]}" for name in wrong[:5])
        raise Invalid(
            fields={"guests": [_("There is nobody who could come called {names}.").format(names=names)]}
        )
    return list(people.values())


def _seller_of(space: Space, by: User) -> Creator:
    """What `by` is as the seller of their Space. Raises NotYourOffer, PaymentsOff, what `selling_refusal` refuses with."""
    if space.host_id != by.pk:
        raise NotYourOffer()
    if not settings.STRIPE_API_KEY:
        raise PaymentsOff()
    creator = creator_of(by)
    if (refusal := selling_refusal(by, creator)) is not None:
        raise refusal
    assert creator is not None
    return creator


def _checked_seats(seats: object) -> None:
    most = settings.TICKETS_SEATS_MAX
    if not isinstance(seats, int) or isinstance(seats, bool) or not 1 <= seats <= most:
        raise Invalid(
            fields={"seats": [_("Choose a number of seats between 1 and {most}.").format(most=number(most))]}
        )


def _changeable(offer: Offer, space: Space, *, amount: int, seats: int) -> Offer:
    """The offer, locked, which may be changed to that. With its lock nobody begins to buy at the old price."""
    offer = locked_offer(offer.pk)
    if not (space.is_scheduled or space.is_live):
        raise OfferTooLate()
    if is_sold(offer):
        if amount != offer.amount:
            raise PriceFixed()
        if seats < offer.seats:
            raise SeatsOnlyGrow()
    elif seats < offer.seats_taken:
        raise SeatsOnlyGrow()
    return offer


def _guests_set(offer: Offer, people: Sequence[User], *, now: datetime) -> None:
    OfferGuest.objects.filter(offer=offer).exclude(user__in=people).delete()
    OfferGuest.objects.bulk_create(
        [OfferGuest(offer=offer, user=user, added_at=now) for user in people], ignore_conflicts=True
    )
