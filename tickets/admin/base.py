"""What the pages of finance share: a row's facts, what belongs to it, and what can be done, each act by one service."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.admin.base import REASON_MAX_LENGTH, Desk, done_or_told, rights
from moderation.permissions import Right
from spaces_project.lib.errors import Invalid
from tickets.amounts import money, parsed
from tickets.models import LedgerTransaction

# Of what belongs to a row, the latest so many are shown.
SHOWN = 50


class Nothing(forms.Form):
    """An act that needs no words."""


class ReasonForm(forms.Form):
    """Why; it is kept in the log."""

    reason = forms.CharField(max_length=REASON_MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class TellingForm(forms.Form):
    """Why; the person concerned reads it."""

    reason = forms.CharField(
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person concerned reads this."),
    )


class AmountField(forms.CharField):
    """An amount as people write it, in minor units; None where nothing is given."""

    def clean(self, value: Any) -> int | None:
        """Read it."""
        text = super().clean(value)
        try:
            return parsed(text) if text else None
        except Invalid as error:
            raise ValidationError(error.fields["amount"]) from error


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done on a page: `do(cleaned)` calls the service. Shown to those who have `right`."""

    name: str
    title: str
    right: Right
    do: Callable[[dict[str, Any]], object]
    form: type[forms.Form] = Nothing
    about: str = ""
    button: str = ""
    done: str = "Done."


@dataclass(frozen=True, slots=True)
class Section:
    """A list of what belongs to a row: a line each, with the way to it and an amount, or ""."""

    title: str
    rows: Sequence["Row"] = ()
    empty: str = "Nothing."


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section."""

    text: Any
    url: str = ""
    amount: str = ""
    note: Any = ""


@dataclass(slots=True)
class Page:
    """What the page of a row shows beside its title."""

    facts: list[tuple[str, Any]]
    sections: list[Section] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


class MoneyDesk(Desk):
    """A list, and a page for each row with its facts and acts; for those who have `right`."""

    right = Right.MONEY
    templates = "admin/tickets"
    actions: Any = None
    list_per_page = 50

    def page_of(self, request: HttpRequest, obj: Any, by: User) -> Page:
        """What the page of a row shows."""
        raise NotImplementedError

    def found(self, object_id: str) -> Any:
        """The row of an address, with all that its page reads; 404 where there is none."""
        try:
            return self.rows().get(pk=object_id)
        except (self.model.DoesNotExist, ValueError, ValidationError, OverflowError):
            raise Http404 from None

    def rows(self) -> QuerySet[Any]:
        """The rows with what list and page read beside them."""
        return self.model._default_manager.all()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """In the list's order."""
        return self.rows().order_by(*(self.ordering or ("-pk",)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a row; POST (`act`, and the fields of its form) does something."""
        self.must_have(request, self.right)
        obj, by = self.found(object_id), request.user
        assert isinstance(by, User)
        page, status = self.page_of(request, obj, by), 200
        forms_of = {act.name: act.form(prefix=act.name) for act in page.acts}
        if request.method == "POST":
            act = next((one for one in page.acts if one.name == request.POST.get("act")), None)
            if act is None:
                raise Http404
            form = forms_of[act.name] = act.form(request.POST, prefix=act.name)
            if form.is_valid() and done_or_told(request, lambda: act.do(form.cleaned_data), act.done):
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", obj.pk)
            status = 400
        held = rights(request)
        context = {
            "title": str(self.title_of(obj)),
            "facts": page.facts,
            "sections": page.sections,
            "acts": [(act, forms_of[act.name]) for act in page.acts if act.right in held],
        }
        return self.page(request, "record.html", context, status=status)

    def title_of(self, obj: Any) -> str:
        """What the page is called."""
        return str(obj)


def link_to(obj: Model | None, text: Any = None) -> Any:
    """The way to a row's page in the admin; "–" for nothing."""
    if obj is None:
        return "–"
    return format_html('<a href="{}">{}</a>', url_of(obj), text or obj)


def url_of(obj: Model) -> str:
    """The address of a row's page in the admin."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def person(user: User | None) -> Any:
    """Somebody, with the way to their page in the admin."""
    if user is None:
        return "–"
    return format_html(
        '<a href="{}">@{}</a>', reverse("admin:moderation_case_person", args=[user.pk]), user.handle
    )


def ledger_section(transactions: Iterable[LedgerTransaction]) -> Section:
    """What moved, entry by entry. Reads their entries."""
    rows = [
        Row(
            f"{entry.debit_account} → {entry.credit_account}",
            url=url_of(one),
            amount=money(entry.amount, entry.currency),
            note=format_html("{} · {}", one.get_kind_display(), when(one.at)),
        )
        for one in transactions
        for entry in one.entries.all()
    ]
    return Section(_("In the ledger"), rows)


def when(moment: Any) -> str:
    """A moment as the desk shows it; "–" for none."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "–"


@admin.display(description=gettext_lazy("amount"), ordering="amount")
def amount_column(obj: Any) -> str:
    """The `amount` of a row that has a `currency`, in words."""
    return money(obj.amount, obj.currency)
