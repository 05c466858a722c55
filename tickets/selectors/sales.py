"""Single sales, tips, payouts and disputes of a creator."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum

from accounts.models import User
from tickets.errors import SaleNotFound
from tickets.fees import paid_back
from tickets.models import Creator, Dispute, Offer, Order, Payout, Refund, Tip
from tickets.periods import ALL_TIME, Period
from tickets.selectors.earnings import Figures, Tier, figures_by_order, tiers_of

_PAID = (Order.State.PAID, Order.State.REFUNDED)


@dataclass(frozen=True, slots=True)
class Sale:
    """One ticket sold. `figures` are what the ledger says of it; `refunding` is asked for and not paid back yet; `taken` has
    the buyer's bank."""

    order: Order
    figures: Figures
    refunding: int = 0
    taken: int = 0

    @property
    def tiers(self) -> list[Tier]:
        """The price by the shares that it fell under."""
        return tiers_of(self.order.tier_amounts)

    @property
    def refundable(self) -> int:
        """What can still be paid back."""
        return max(0, self.order.amount - self.order.refunded_amount - self.refunding - self.taken)

    @property
    def state(self) -> str:
        """In a word: paid, refunding, part_refunded, refunded, disputed."""
        if self.taken:
            return "disputed"
        if self.refunding:
            return "refunding"
        if self.order.refunded_amount:
            return "refunded" if self.order.refunded_amount >= self.order.amount else "part_refunded"
        return "paid"


def sales_of(creator: Creator, period: Period = ALL_TIME, *, offer: Offer | None = None) -> QuerySet[Order]:
    """Orders that were paid, the newest first, with buyer and Space; of one offer, of one period."""
    found = Order.objects.filter(offer__seller=creator, state__in=_PAID, **period.bounds("paid_at"))
    if offer is not None:
        found = found.filter(offer=offer)
    return found.select_related("buyer", "offer__space").order_by("-pk")


def sale_rows(creator: Creator, orders: Sequence[Order]) -> list[Sale]:
    """These orders with their figures. Three queries."""
    figures = figures_by_order(creator, orders)
    waiting = Refund.objects.filter(order__in=orders, state=Refund.State.REQUESTED).order_by()
    refunding = dict(waiting.values_list("order_id").annotate(Sum("amount")))
    disputes = Dispute.objects.filter(order__in=orders).exclude(status="won").order_by()
    taken = dict(disputes.values_list("order_id").annotate(Sum("taken_amount")))
    return [
        Sale(order, figures[order.pk], refunding.get(order.pk, 0), taken.get(order.pk, 0)) for order in orders
    ]


def sale_for(user: User, order_id: UUID) -> Sale:
    """A sale of `user`'s own, with all it takes to show it. Raises SaleNotFound."""
    found = Order.objects.select_related("buyer", "offer__space", "offer__seller__user")
    order = found.filter(pk=order_id, offer__seller__user=user, state__in=_PAID).first()
    if order is None:
        raise SaleNotFound()
    return sale_rows(order.offer.seller, [order])[0]


def offer_sold_by(user: User, space_id: UUID | str) -> Offer:
    """What `user` sells or has sold for a Space. Raises SaleNotFound."""
    try:
        key = space_id if isinstance(space_id, UUID) else UUID(space_id)
    except ValueError:
        raise SaleNotFound() from None
    found = Offer.objects.select_related("space", "seller__user")
    offer = found.filter(space=key, seller__user=user).first()
    if offer is None:
        raise SaleNotFound()
    return offer


def host_share(sale: Sale) -> int:
    """What of all that can still be paid back comes from the creator: the fees go back in proportion."""
    order = sale.order
    _, _, theirs = paid_back(
        platform_fee=order.platform_fee,
        card_fee=order.card_fee,
        whole=order.amount,
        refunded=order.refunded_amount + sale.refunding,
        more=sale.refundable,
    )
    return theirs


def refunds_of(order: Order) -> QuerySet[Refund]:
    """Everything that went back of an order, or is to, the latest first."""
    return order.refunds.order_by("-pk")


def tips_of(creator: Creator, period: Period = ALL_TIME) -> QuerySet[Tip]:
    """Tips that were paid to the creator, the latest first, with sender and Space."""
    paid = (Tip.State.PAID, Tip.State.REFUNDED)
    found = Tip.objects.filter(to=creator, state__in=paid, **period.bounds("paid_at"))
    return found.select_related("sender", "space").order_by("-pk")


def payouts_of(creator: Creator, period: Period = ALL_TIME) -> QuerySet[Payout]:
    """Payouts to the creator's bank, the latest first."""
    return Payout.objects.filter(creator=creator, **period.bounds("created_at")).order_by(
        "-created_at", "-pk"
    )


def disputes_of(creator: Creator) -> QuerySet[Dispute]:
    """What buyers' banks have taken back, or ask for, the latest first."""
    theirs = Dispute.objects.filter(order__offer__seller=creator) | Dispute.objects.filter(tip__to=creator)
    return theirs.select_related("order__offer__space", "tip__space").order_by("-opened_at", "-pk")


def open_disputes(creator: Creator) -> int:
    """How many disputes are not decided yet."""
    return disputes_of(creator).filter(closed_at=None).count()
