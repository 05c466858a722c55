"""Money that goes back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.permissions import Right
from tickets.admin.base import Act, MoneyDesk, Page, ledger_section, link_to, person, when
from tickets.amounts import money
from tickets.models import LedgerTransaction, Order, Refund, Tip
from tickets.services.finance import staff_refund_retry


@admin.register(Refund)
class RefundAdmin(MoneyDesk):
    """Every refund, the latest first; those that failed wait for finance."""

    list_display = ("refund", "of", "money", "reason", "state", "requested_by", "requested_at", "error")
    list_display_links = ("refund",)
    list_filter = ("state", "reason")
    search_fields = (
        "order__buyer__handle",
        "tip__sender__handle",
        "=id",
        "=order__id",
        "=tip__id",
        "=stripe_refund_id",
    )
    search_help_text = gettext_lazy("Handle of who paid; id of the refund, the order, the tip, or Stripe's")
    ordering = ("-pk",)

    def rows(self) -> QuerySet[Refund]:
        """With what they are of."""
        return Refund.objects.select_related("order__offer__space", "tip__to__user", "requested_by")

    @admin.display(description=gettext_lazy("refund"))
    def refund(self, refund: Refund) -> str:
        """The end of its id: the beginning is the time."""
        return f"…{str(refund.pk)[-12:]}"

    @admin.display(description=gettext_lazy("of"))
    def of(self, refund: Refund) -> str:
        """What was paid."""
        if refund.order:
            return _("Ticket for {title}").format(title=refund.order.offer.space.title)
        return _("Tip to @{handle}").format(handle=refund.tip.to.user.handle) if refund.tip else "–"

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def money(self, refund: Refund) -> str:
        """How much."""
        return money(refund.amount, _paid(refund).currency)

    def title_of(self, obj: Refund) -> str:
        """How much, of what."""
        return _("{money} back").format(money=self.money(obj))

    def page_of(self, request: HttpRequest, obj: Refund, by: User) -> Page:
        """Why, how far it has come; having it tried again."""
        facts: list[tuple[str, Any]] = [
            (_("Refund"), obj.pk),
            (_("Of"), link_to(_paid(obj), self.of(obj))),
            (_("Amount"), self.money(obj)),
            (_("Why"), obj.get_reason_display()),
            (_("Note"), obj.note or "–"),
            (_("Asked for"), f"{when(obj.requested_at)}"),
            (_("By"), person(obj.requested_by)),
            (_("State"), obj.get_state_display()),
            (_("Tries"), obj.tries),
            (_("Next try"), when(obj.next_try_at)),
            (_("Error"), obj.error or "–"),
            (_("Stripe's id"), obj.stripe_refund_id or "–"),
        ]
        moved = LedgerTransaction.objects.filter(refund_id=obj.pk).prefetch_related("entries").order_by("pk")
        again = Act(
            "retry",
            _("Try it again"),
            Right.REFUND,
            lambda given: staff_refund_retry(refund=obj, by=by, now=timezone.now()),
            about=_("As a new one for Stripe."),
            done=_("Stripe is asked again."),
        )
        return Page(facts, [ledger_section(moved)], [again] if obj.state == Refund.State.FAILED else [])


def _paid(refund: Refund) -> Order | Tip:
    paid = refund.order or refund.tip
    assert paid is not None
    return paid
