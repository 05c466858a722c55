"""What Stripe says: disputes, payouts, its events, and how its books compare with ours."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.permissions import Right
from tickets.admin.base import (
    Act,
    MoneyDesk,
    Page,
    Row,
    Section,
    amount_column,
    ledger_section,
    link_to,
    when,
)
from tickets.amounts import money
from tickets.models import (
    Dispute,
    LedgerTransaction,
    Payout,
    ReconciliationDifference,
    ReconciliationRun,
    StripeEvent,
)
from tickets.services.finance import difference_explain, event_retry


@admin.register(Dispute)
class DisputeAdmin(MoneyDesk):
    """What buyers' banks take back, those that wait for an answer first."""

    list_display = (
        "stripe_dispute_id",
        "of",
        "creator",
        amount_column,
        "reason",
        "status",
        "evidence_due_at",
        "opened_at",
    )
    list_filter = ("status", "reason")
    search_fields = (
        "=stripe_dispute_id",
        "order__offer__seller__user__handle",
        "order__buyer__handle",
        "tip__to__user__handle",
    )
    search_help_text = gettext_lazy("Stripe's id, or the handle of buyer or creator")
    ordering = ("closed_at", "evidence_due_at", "-pk")

    def rows(self) -> QuerySet[Dispute]:
        """With what they are of."""
        return Dispute.objects.select_related(
            "order__offer__space",
            "order__offer__seller__user",
            "order__buyer",
            "tip__to__user",
            "tip__sender",
        )

    @admin.display(description=gettext_lazy("of"))
    def of(self, dispute: Dispute) -> str:
        """What was paid."""
        if dispute.order:
            return _("Ticket for {title}").format(title=dispute.order.offer.space.title)
        return _("Tip of @{handle}").format(handle=dispute.tip.sender.handle) if dispute.tip else "–"

    @admin.display(description=gettext_lazy("creator"))
    def creator(self, dispute: Dispute) -> str:
        """Whose money it is."""
        creator = dispute.order.offer.seller if dispute.order else dispute.tip.to if dispute.tip else None
        return f"@{creator.user.handle}" if creator else "–"

    def title_of(self, obj: Dispute) -> str:
        """Stripe's id."""
        return obj.stripe_dispute_id

    def page_of(self, request: HttpRequest, obj: Dispute, by: User) -> Page:
        """What it is about; it is answered on Stripe's own pages."""
        facts: list[tuple[str, Any]] = [
            (_("Of"), link_to(obj.order or obj.tip, self.of(obj))),
            (_("Creator"), self.creator(obj)),
            (_("Amount"), money(obj.amount, obj.currency)),
            (_("Reason"), obj.reason or "–"),
            (_("Status"), obj.status),
            (_("Opened"), when(obj.opened_at)),
            (_("Answer until"), when(obj.evidence_due_at)),
            (_("Closed"), when(obj.closed_at)),
            (_("Read from Stripe"), when(obj.synced_at)),
            (_("Answer"), _("On Stripe's own pages: they take the evidence, and we read what comes of it.")),
        ]
        moved = LedgerTransaction.objects.filter(dispute_id=obj.pk).prefetch_related("entries").order_by("pk")
        return Page(facts, [ledger_section(moved)])


@admin.register(Payout)
class PayoutAdmin(MoneyDesk):
    """What Stripe pays out to creators' banks, the latest first."""

    list_display = (
        "stripe_payout_id",
        "whose",
        amount_column,
        "status",
        "created_at",
        "arrives_at",
        "failure",
    )
    list_filter = ("status", "currency")
    search_fields = ("=stripe_payout_id", "creator__user__handle")
    search_help_text = gettext_lazy("Stripe's id, or the handle of the creator")
    ordering = ("-created_at", "-pk")

    def rows(self) -> QuerySet[Payout]:
        """With the creators."""
        return Payout.objects.select_related("creator__user")

    @admin.display(description=gettext_lazy("creator"))
    def whose(self, payout: Payout) -> str:
        """Whose money it is."""
        return f"@{payout.creator.user.handle}"

    def title_of(self, obj: Payout) -> str:
        """Stripe's id."""
        return obj.stripe_payout_id

    def page_of(self, request: HttpRequest, obj: Payout, by: User) -> Page:
        """How far it has come."""
        facts: list[tuple[str, Any]] = [
            (_("Creator"), link_to(obj.creator, self.whose(obj))),
            (_("Amount"), money(obj.amount, obj.currency)),
            (_("Status"), obj.status),
            (_("Made"), when(obj.created_at)),
            (_("At the bank"), when(obj.arrives_at)),
            (_("Failed because"), obj.failure or "–"),
            (_("Read from Stripe"), when(obj.synced_at)),
        ]
        moved = LedgerTransaction.objects.filter(payout_id=obj.pk).prefetch_related("entries").order_by("pk")
        return Page(facts, [ledger_section(moved)])


@admin.register(StripeEvent)
class StripeEventAdmin(MoneyDesk):
    """What Stripe has told, the latest first."""

    list_display = ("event_id", "type", "account", "state", "tries", "received_at", "error")
    list_filter = ("state", "type")
    search_fields = ("=event_id", "type", "=account")
    search_help_text = gettext_lazy("Stripe's id of the event or the account, or words of the type")
    ordering = ("-pk",)

    def title_of(self, obj: StripeEvent) -> str:
        """Stripe's id."""
        return obj.event_id

    def page_of(self, request: HttpRequest, obj: StripeEvent, by: User) -> Page:
        """What it was about, and having it worked off again."""
        facts: list[tuple[str, Any]] = [
            (_("Type"), obj.type),
            (_("Account"), obj.account or _("Our own")),
            (_("About"), ", ".join(f"{name}: {value}" for name, value in obj.payload.items()) or "–"),
            (_("State"), obj.get_state_display()),
            (_("Tries"), obj.tries),
            (_("Error"), obj.error or "–"),
            (_("Received"), when(obj.received_at)),
            (_("Finished"), when(obj.finished_at)),
        ]
        again = Act(
            "retry",
            _("Work it off again"),
            Right.RECONCILE,
            lambda given: event_retry(event=obj, by=by, now=timezone.now()),
            about=_("What it is about is read anew from Stripe; what is done already is not done twice."),
            done=_("It is worked off again in a moment."),
        )
        is_over = obj.state in (StripeEvent.State.FAILED, StripeEvent.State.IGNORED)
        return Page(facts, [], [again] if is_over else [])


class ExplainForm(forms.Form):
    """Which difference, and why it is one."""

    difference = forms.ModelChoiceField(queryset=ReconciliationDifference.objects.none())
    note = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(MoneyDesk):
    """Our books of each day compared with Stripe's."""

    list_display = ("day", "state", "compared", "differences", "unexplained", "finished_at", "error")
    list_filter = ("state",)
    ordering = ("-day",)

    def rows(self) -> QuerySet[ReconciliationRun]:
        """With how many differences there are."""
        return ReconciliationRun.objects.annotate(
            found=Count("differences"), open=Count("differences", filter=Q(differences__resolved_at=None))
        )

    @admin.display(description=gettext_lazy("differences"))
    def differences(self, run: Any) -> int:
        """How many there are."""
        return int(run.found)

    @admin.display(description=gettext_lazy("not explained"))
    def unexplained(self, run: Any) -> int:
        """How many nobody has explained."""
        return int(run.open)

    def title_of(self, obj: ReconciliationRun) -> str:
        """The day."""
        return _("Reconciliation of {day}").format(day=obj.day)

    def page_of(self, request: HttpRequest, obj: Any, by: User) -> Page:
        """Every difference, and explaining it."""
        facts: list[tuple[str, Any]] = [
            (_("State"), obj.get_state_display()),
            (_("Compared"), obj.compared),
            (
                _("Differences"),
                _("{found}, of which {open} are not explained").format(found=obj.found, open=obj.open),
            ),
            (
                _("Ran"),
                _("{started_at} until {finished_at}").format(
                    started_at=when(obj.started_at), finished_at=when(obj.finished_at)
                ),
            ),
            (_("Error"), obj.error or "–"),
        ]
        found = list(obj.differences.order_by("resolved_at", "pk"))
        rows = [
            Row(
                f"{one.get_kind_display()}: {one.reference} {one.stripe_id}".strip(),
                amount=_("{ours} here, {theirs} there").format(
                    ours=_said(one.our_amount, one), theirs=_said(one.stripe_amount, one)
                ),
                note=_("Explained {resolved_at}: {note}").format(
                    resolved_at=when(one.resolved_at), note=one.note
                )
                if one.resolved_at
                else _("Not explained"),
            )
            for one in found
        ]
        sections = [Section(_("Differences"), rows, _("None: both say the same."))]
        return Page(facts, sections, [self._explain(obj, by)] if found else [])

    def _explain(self, run: ReconciliationRun, by: User) -> Act:
        class OfThisRun(ExplainForm):
            """Those of the run, the ones that nobody has explained first."""

            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                field: Any = self.fields["difference"]
                field.queryset = run.differences.order_by("resolved_at", "pk")

        return Act(
            "explain",
            _("Explain a difference"),
            Right.RECONCILE,
            lambda given: difference_explain(
                difference=given["difference"], by=by, note=given["note"], now=timezone.now()
            ),
            OfThisRun,
            button=_("Explain"),
            done=_("Noted."),
        )


def _said(amount: int | None, difference: ReconciliationDifference) -> str:
    return "nothing" if amount is None else money(amount, difference.currency).strip()
