"""What was sold and given: orders and tips, and paying them back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.permissions import Right
from tickets.admin.base import (
    Act,
    AmountField,
    MoneyDesk,
    Page,
    ReasonForm,
    Row,
    Section,
    amount_column,
    ledger_section,
    link_to,
    person,
    url_of,
    when,
)
from tickets.amounts import money
from tickets.models import LedgerTransaction, Order, Tip
from tickets.selectors.earnings import tiers_of
from tickets.services.finance import staff_order_refund, staff_tip_refund


class RefundForm(ReasonForm):
    """How much, and why."""

    amount = AmountField(
        required=False,
        max_length=12,
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("Such as 2.50; empty: all that is left."),
    )
    field_order = ("amount", "reason")


@admin.register(Order)
class OrderAdmin(MoneyDesk):
    """Every seat that was held or paid, the latest first."""

    list_display = ("order", "buyer", "seller", "space", amount_column, "state", "paid_back", "paid_at")
    list_display_links = ("order",)
    list_filter = ("state", "currency")
    search_fields = (
        "buyer__handle",
        "offer__seller__user__handle",
        "=id",
        "=payment_intent_id",
        "=checkout_session_id",
        "=offer__space__id",
    )
    search_help_text = gettext_lazy("Handle of buyer or seller; id of the order, of the Space, or Stripe's")
    ordering = ("-pk",)

    def rows(self) -> QuerySet[Order]:
        """With people and Spaces."""
        return Order.objects.select_related("buyer", "offer__space", "offer__seller__user")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Also by the offer: pages of creators lead here."""
        return lookup == "offer__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("order"))
    def order(self, order: Order) -> str:
        """The end of its id: the beginning is the time."""
        return f"…{str(order.pk)[-12:]}"

    @admin.display(description=gettext_lazy("seller"))
    def seller(self, order: Order) -> str:
        """Who sells."""
        return f"@{order.offer.seller.user.handle}"

    @admin.display(description=gettext_lazy("Space"))
    def space(self, order: Order) -> str:
        """What for."""
        return order.offer.space.title

    @admin.display(description=gettext_lazy("paid back"), ordering="refunded_amount")
    def paid_back(self, order: Order) -> str:
        """What went back."""
        return money(order.refunded_amount, order.currency) if order.refunded_amount else "–"

    def title_of(self, obj: Order) -> str:
        """For what it is."""
        return _("Ticket for {title}").format(title=obj.offer.space.title)

    def page_of(self, request: HttpRequest, obj: Order, by: User) -> Page:
        """Who paid what to whom; the ticket; what went back; paying it back."""
        currency = obj.currency
        tiers = " + ".join(
            _("{fee_percent} of {amount}").format(
                fee_percent=tier.fee_percent, amount=money(tier.amount, currency)
            )
            for tier in tiers_of(obj.tier_amounts)
        )
        facts: list[tuple[str, Any]] = [
            (_("Order"), obj.pk),
            (_("Buyer"), person(obj.buyer)),
            (_("Seller"), link_to(obj.offer.seller, f"@{obj.offer.seller.user.handle}")),
            (_("Space"), obj.offer.space.title),
            (_("State"), obj.get_state_display()),
            (_("Price"), money(obj.amount, currency)),
            (_("Our fee"), f"{money(obj.platform_fee, currency)} {f'({tiers})' if tiers else ''}".strip()),
            (_("Card fee"), money(obj.card_fee, currency)),
            (_("Host's"), money(obj.host_amount, currency)),
            (_("Paid back"), money(obj.refunded_amount, currency)),
            (
                _("Held"),
                _("{held_at} until {held_until}").format(
                    held_at=when(obj.held_at), held_until=when(obj.held_until)
                ),
            ),
            (_("Paid"), when(obj.paid_at)),
            (_("Checkout session"), obj.checkout_session_id or "–"),
            (_("Payment"), obj.payment_intent_id or "–"),
        ]
        sections = [
            _refunds(obj),
            Section(_("Disputes"), [_dispute_row(one) for one in obj.disputes.order_by("-pk")]),
            _ticket(obj),
            ledger_section(_transactions(order_id=obj.pk)),
        ]
        is_paid = obj.state == Order.State.PAID
        return Page(facts, sections, [self._refund(obj, by)] if is_paid else [])

    def _refund(self, order: Order, by: User) -> Act:
        return Act(
            "refund",
            _("Pay back"),
            Right.REFUND,
            lambda given: staff_order_refund(
                order=order,
                by=by,
                amount=given["amount"],
                reason=given["reason"],
                now=timezone.now(),
            ),
            RefundForm,
            about=_("With all of it the ticket is void at once, and its holder is put out."),
            done=_("It is on its way back."),
        )


@admin.register(Tip)
class TipAdmin(MoneyDesk):
    """Every tip, the latest first."""

    list_display = ("tip", "sender", "receiver", amount_column, "state", "paid_at")
    list_display_links = ("tip",)
    list_filter = ("state", "currency")
    search_fields = ("sender__handle", "to__user__handle", "=id", "=payment_intent_id")
    search_help_text = gettext_lazy("Handle; id of the tip, or Stripe's")
    ordering = ("-pk",)

    def rows(self) -> QuerySet[Tip]:
        """With people and Spaces."""
        return Tip.objects.select_related("sender", "to__user", "space")

    @admin.display(description=gettext_lazy("tip"))
    def tip(self, tip: Tip) -> str:
        """The end of its id: the beginning is the time."""
        return f"…{str(tip.pk)[-12:]}"

    @admin.display(description=gettext_lazy("to"))
    def receiver(self, tip: Tip) -> str:
        """Whom it went to."""
        return f"@{tip.to.user.handle}"

    def title_of(self, obj: Tip) -> str:
        """To whom it is."""
        return _("Tip to @{handle}").format(handle=obj.to.user.handle)

    def page_of(self, request: HttpRequest, obj: Tip, by: User) -> Page:
        """Who gave what to whom; paying it back."""
        facts: list[tuple[str, Any]] = [
            (_("Tip"), obj.pk),
            (_("From"), person(obj.sender)),
            (_("To"), link_to(obj.to, f"@{obj.to.user.handle}")),
            (_("Space"), obj.space.title if obj.space else "–"),
            (_("State"), obj.get_state_display()),
            (_("Amount"), money(obj.amount, obj.currency)),
            (_("Card fee on top"), money(obj.card_fee, obj.currency)),
            (_("Paid back"), money(obj.refunded_amount, obj.currency)),
            (_("Unnamed"), _("Yes") if obj.unnamed else _("No")),
            (_("Message"), obj.message or "–"),
            (_("Paid"), when(obj.paid_at)),
            (_("Payment"), obj.payment_intent_id or "–"),
        ]
        sections = [
            _refunds(obj),
            Section(_("Disputes"), [_dispute_row(one) for one in obj.disputes.order_by("-pk")]),
            ledger_section(_transactions(tip_id=obj.pk)),
        ]
        refund = Act(
            "refund",
            _("Pay back"),
            Right.REFUND,
            lambda given: staff_tip_refund(tip=obj, by=by, reason=given["reason"], now=timezone.now()),
            ReasonForm,
            about=_("All of it, with the card fee."),
            done=_("It is on its way back."),
        )
        return Page(facts, sections, [refund] if obj.state == Tip.State.PAID else [])


def _refunds(paid: Order | Tip) -> Section:
    rows = [
        Row(
            f"{one.get_reason_display()}: {one.get_state_display().lower()}",
            url=url_of(one),
            amount=money(one.amount, paid.currency),
            note=when(one.requested_at),
        )
        for one in paid.refunds.order_by("-pk")
    ]
    return Section(_("Refunds"), rows)


def _dispute_row(dispute: Any) -> Row:
    return Row(
        dispute.stripe_dispute_id,
        url=url_of(dispute),
        amount=money(dispute.amount, dispute.currency),
        note=dispute.status,
    )


def _ticket(order: Order) -> Section:
    ticket = getattr(order, "ticket", None)
    if ticket is None:
        return Section(_("Ticket"))
    moved = ticket.transfers.select_related("from_user", "to_user").order_by("-pk")
    rows = [
        Row(
            _("{state}, held by @{handle}").format(
                state=ticket.get_state_display(), handle=ticket.holder.handle
            ),
            note=when(ticket.issued_at),
        )
    ]
    rows += [Row(f"@{one.from_user.handle} → @{one.to_user.handle}", note=when(one.at)) for one in moved]
    return Section(_("Ticket"), rows)


def _transactions(**of: Any) -> QuerySet[LedgerTransaction]:
    return LedgerTransaction.objects.filter(**of).prefetch_related("entries").order_by("pk")
