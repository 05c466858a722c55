"""The books, to read and search. Nobody adds, changes or deletes anything here, or anywhere."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.admin.base import InputFilter
from tickets.admin.base import MoneyDesk, Page, Row, Section, link_to, when
from tickets.amounts import money
from tickets.models import Creator, Dispute, LedgerTransaction, Order, Payout, Refund, Tip


class AccountFilter(InputFilter):
    """By an account of the chart ("platform_fee", "host:12")."""

    title = _("account")
    parameter_name = "account"

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LedgerTransaction]
    ) -> QuerySet[LedgerTransaction]:
        """Those that moved something to it, or from it."""
        name = (self.value() or "").strip()
        if not name:
            return queryset
        return queryset.filter(Q(entries__debit_account=name) | Q(entries__credit_account=name)).distinct()


class CreatorFilter(InputFilter):
    """By the creator."""

    title = _("handle of the creator")
    parameter_name = "creator"

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LedgerTransaction]
    ) -> QuerySet[LedgerTransaction]:
        """Those of the creator."""
        handle = (self.value() or "").strip().lstrip("@")
        if not handle:
            return queryset
        return queryset.filter(
            creator_id__in=Creator.objects.filter(user__handle__iexact=handle).values("pk")
        )


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(MoneyDesk):
    """Why money moved, the latest first."""

    list_display = ("reference", "kind", "moved", "whose", "at")
    list_filter = ("kind", "currency", AccountFilter, CreatorFilter)
    search_fields = ("reference", "=order_id", "=tip_id", "=refund_id")
    search_help_text = _("A reference, or the id of an order, a tip or a refund")
    ordering = ("-pk",)

    def rows(self) -> QuerySet[LedgerTransaction]:
        """With their entries, and whose they are."""
        handle = Creator.objects.filter(pk=OuterRef("creator_id")).values("user__handle")
        return LedgerTransaction.objects.prefetch_related("entries").annotate(handle=Subquery(handle[:1]))

    @admin.display(description=_("moved"))
    def moved(self, transaction: LedgerTransaction) -> str:
        """How much, in all."""
        return money(sum(entry.amount for entry in transaction.entries.all()), transaction.currency)

    @admin.display(description=_("creator"))
    def whose(self, transaction: Any) -> str:
        """Whose it is."""
        return f"@{transaction.handle}" if transaction.handle else "–"

    def title_of(self, obj: LedgerTransaction) -> str:
        """Its reference."""
        return obj.reference

    def page_of(self, request: HttpRequest, obj: Any, by: User) -> Page:
        """From which account to which, and what it is about."""
        about: dict[str, Any] = {
            gettext("Order"): (Order, obj.order_id),
            gettext("Tip"): (Tip, obj.tip_id),
            gettext("Refund"): (Refund, obj.refund_id),
            gettext("Dispute"): (Dispute, obj.dispute_id),
            gettext("Payout"): (Payout, obj.payout_id),
            gettext("Creator"): (Creator, obj.creator_id),
        }
        facts: list[tuple[str, Any]] = [
            (gettext("Reference"), obj.reference),
            (gettext("What"), obj.get_kind_display()),
            (gettext("When"), when(obj.at)),
        ]
        for name, (model, key) in about.items():
            if key is not None:
                facts.append((name, link_to(model._default_manager.filter(pk=key).first())))
        rows = [
            Row(f"{one.debit_account} → {one.credit_account}", amount=money(one.amount, one.currency))
            for one in obj.entries.all()
        ]
        return Page(facts, [Section(gettext("Entries"), rows)])
