"""Who may come in, and whose ticket is whose."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from rooms.models import STAGE_ROLES, Invitation, Participation, Role, Space
from rooms.selectors.spaces import Viewer
from tickets.errors import OrderNotFound, TicketNotFound
from tickets.models import Offer, OfferGuest, Order, Ticket


def ticket_of(space: Space, user: Viewer) -> Ticket | None:
    """The valid ticket that `user` holds for this Space. One query."""
    if not isinstance(user, User):
        return None
    return Ticket.objects.filter(offer__space=space, holder=user, state=Ticket.State.VALID).first()


def is_guest(offer: Offer, user: User) -> bool:
    """Whether the host lets `user` in free. One query."""
    return OfferGuest.objects.filter(offer=offer, user=user).exists()


def needs_no_ticket(offer: Offer, user: User, participation: Participation | None) -> bool:
    """Whether `user` gets in without a ticket: who sells it, host, people of the stage and who is invited to it, guests.

    Reads `space` and `seller` of the offer. Two queries at most.
    """
    if user.pk in (offer.space.host_id, offer.seller.user_id):
        return True
    if participation is not None and participation.removed_at is None and participation.role in STAGE_ROLES:
        return True
    invited = Invitation.objects.filter(space=offer.space_id, user=user, state=Invitation.State.OPEN)
    return invited.exists() or is_guest(offer, user)


def may_enter(offer: Offer, user: Viewer, participation: Participation | None = None) -> bool:
    """Whether `user` gets into the Space of this offer, as far as tickets go. Three queries at most."""
    if not isinstance(user, User):
        return False
    holds = Ticket.objects.filter(offer=offer, holder=user, state=Ticket.State.VALID).exists()
    return holds or needs_no_ticket(offer, user, participation)


def order_of(user: User, order_id: UUID) -> Order:
    """An order that `user` has made, with offer, Space and seller. Raises OrderNotFound."""
    found = Order.objects.select_related("offer__space__host", "offer__seller__user")
    order = found.filter(pk=order_id, buyer=user).first()
    if order is None:
        raise OrderNotFound()
    return order


def open_order(offer: Offer, user: User, *, now: datetime) -> Order | None:
    """The order with which `user` holds a seat now. One query."""
    held = Order.objects.filter(offer=offer, buyer=user, state=Order.State.HELD, held_until__gt=now)
    return held.first()


def my_ticket(user: User, ticket_id: int) -> Ticket:
    """A ticket that `user` holds, or has held before it became void. Raises TicketNotFound."""
    # Beyond 64 bits the database refuses even the question.
    found = tickets_held(user).filter(pk=ticket_id).first() if ticket_id < 2**63 else None
    if found is None:
        raise TicketNotFound()
    return found


def tickets_held(user: User) -> QuerySet[Ticket]:
    """Tickets of `user`, the newest first, with order, Space and host."""
    found = Ticket.objects.filter(holder=user)
    return found.select_related("order", "offer__space__host", "offer__seller").order_by("-pk")


def orders_made(user: User) -> QuerySet[Order]:
    """What `user` has paid for, the newest first, with ticket, Space and host: also what was passed on, or refunded."""
    paid = Order.objects.filter(buyer=user, state__in=(Order.State.PAID, Order.State.REFUNDED))
    return paid.select_related("ticket", "offer__space__host", "offer__seller").order_by("-pk")


def calendar_spaces(user: User) -> QuerySet[Space, Any]:
    """Ids of the Spaces that `user` has a valid ticket for (`CALENDAR_SPACES`)."""
    held = Ticket.objects.filter(holder=user, state=Ticket.State.VALID)
    return held.order_by().values("offer__space_id")  # type: ignore[return-value]


def replays_kept_from(viewer: Viewer) -> QuerySet[Offer, Any]:
    """Ids of the ticketed Spaces whose replays `viewer` may not hear: as `must_hold_replay_ticket`, of all at once
    (`REPLAYS_KEPT_FROM`)."""
    offers = Offer.objects.all()
    if isinstance(viewer, User):
        on_stage = Participation.objects.filter(
            space=OuterRef("space"), user=viewer, role__in=STAGE_ROLES, removed_at__isnull=True
        )
        holds = Ticket.objects.filter(offer=OuterRef("pk"), holder=viewer, state=Ticket.State.VALID)
        guest = OfferGuest.objects.filter(offer=OuterRef("pk"), user=viewer)
        theirs = Q(space__host=viewer) | Q(seller__user=viewer) | Q(Exists(on_stage))
        offers = offers.exclude(theirs | (Q(includes_replay=True) & (Q(Exists(holds)) | Q(Exists(guest)))))
    return offers.order_by().values("space_id")


def put_out_due(*, since: datetime) -> QuerySet[Participation]:
    """Listeners who are in a live ticketed Space although their ticket became void since then, and nothing lets them in."""
    theirs = {"offer__space": OuterRef("space"), "holder": OuterRef("user")}
    void = Ticket.objects.filter(**theirs, state=Ticket.State.VOID, void_at__gte=since)
    valid = Ticket.objects.filter(**theirs, state=Ticket.State.VALID)
    guest = OfferGuest.objects.filter(offer__space=OuterRef("space"), user=OuterRef("user"))
    invited = Invitation.objects.filter(
        space=OuterRef("space"), user=OuterRef("user"), state=Invitation.State.OPEN
    )
    seller = Offer.objects.filter(space=OuterRef("space")).values("seller__user_id")
    # From the few tickets that became void a moment ago, never from all who listen.
    spaces = Ticket.objects.filter(state=Ticket.State.VOID, void_at__gte=since).values("offer__space_id")
    inside = Participation.objects.filter(
        space__in=spaces, space__state=Space.State.LIVE, role=Role.LISTENER, left_at__isnull=True
    )
    return (
        inside.filter(Exists(void))
        .exclude(Q(Exists(valid)) | Q(Exists(guest)) | Q(Exists(invited)))
        .exclude(user=Subquery(seller))
        .select_related("user", "space")
    )
