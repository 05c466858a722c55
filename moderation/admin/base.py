"""What the pages of staff share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Act
from moderation.permissions import Needed, Right, require_staff, rights_of
from spaces_project.lib.errors import NotAllowed, SpacesError
from spaces_project.lib.read_only_admin import ReadOnly

REASON_MAX_LENGTH = 500
FOR_GOOD = "for_good"


def rights(request: HttpRequest) -> frozenset[Needed]:
    """What whoever asks may do as staff; one query a request."""
    kept = vars(request)
    if "_staff_rights" not in kept:
        kept["_staff_rights"] = rights_of(request.user)
    found: frozenset[Needed] = kept["_staff_rights"]
    return found


class Desk(ReadOnly):
    """A list, and a page for each row, for those who have `right` (moderation.permissions). Services alone write."""

    right: Right
    # Where the pages of its own are.
    templates = "admin/moderation"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the table of rights alone: what is given to somebody beside it counts for nothing here."""
        return self.right in rights(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it is in the menu."""
        return self.has_view_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list under its own name."""
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, title | (extra_context or {}))

    def must_have(self, request: HttpRequest, needed: Needed) -> None:
        """Raise PermissionDenied, and write the refusal down, without that right."""
        try:
            require_staff(request.user, needed)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """One of our own pages in the admin's frame."""
        shared = self.admin_site.each_context(request) | {"opts": self.opts, "rights": rights(request)}
        return TemplateResponse(request, f"{self.templates}/{template}", shared | context, status=status)


class ReasonForm(forms.Form):
    """Why; the person concerned reads it."""

    reason = forms.CharField(
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person concerned reads this."),
    )


class DecideForm(ReasonForm):
    """What to do, for how long where it ends, and why."""

    act = forms.ChoiceField()
    amount = forms.IntegerField(min_value=1, max_value=10_000, required=False, label=gettext_lazy("For"))
    unit = forms.ChoiceField(
        choices=[("hours", "hours"), ("days", "days"), (FOR_GOOD, "for good")], initial="days", required=False
    )
    field_order = ("act", "amount", "unit", "reason")

    def __init__(self, *args: Any, acts: list[Act], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [(act.value, act.label) for act in acts]
        field: Any = self.fields["act"]
        field.choices = choices
        field.widget = forms.RadioSelect(choices=choices)

    def clean(self) -> dict[str, Any]:
        """A suspension says for how long."""
        given: dict[str, Any] = super().clean() or {}
        lasts = given.get("act") in TIMED and given.get("unit") != FOR_GOOD
        if lasts and not given.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Say for how many hours or days, or choose “for good”."))
        return given

    def until(self, now: datetime) -> datetime | None:
        """When it ends; None for what has no end."""
        given = self.cleaned_data
        if given["act"] not in TIMED or given["unit"] == FOR_GOOD:
            return None
        return now + timedelta(**{given["unit"] or "days": given["amount"]})


# Acts that may end by themselves.
TIMED = (Act.SUSPEND, Act.WITHDRAW_HOSTING, Act.WITHDRAW_SELLING)
# Acts that are a decision about somebody, in the order in which they are offered.
ABOUT_PEOPLE = (Act.WARN, Act.SUSPEND, Act.WITHDRAW_HOSTING, Act.WITHDRAW_SELLING)


def done_or_told(request: HttpRequest, service: Callable[[], object], done: str) -> bool:
    """Have a service do it, and tell whoever asks that it is done, or why not. Returns whether it was."""
    try:
        service()
    except SpacesError as error:
        words = [error.message, *(text for texts in error.fields.values() for text in texts)]
        messages.error(request, " ".join(dict.fromkeys(words)))
        return False
    messages.success(request, done)
    return True


def age(moment: datetime) -> str:
    """How long ago, in words: "3 hours, 5 minutes"."""
    return timesince(moment, timezone.now())


class InputFilter(admin.SimpleListFilter):
    """A filter one types into."""

    template = "admin/moderation/input_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One, so that it is shown."""
        return [("", "")]

    def choices(self, changelist: Any) -> Any:
        """Everything else in the address, to be kept."""
        others = changelist.get_filters_params().items()
        kept = [(name, values[-1]) for name, values in others if name != self.parameter_name]
        if changelist.query:
            kept.append(("q", changelist.query))
        yield {"kept": kept, "value": self.value() or "", "name": self.parameter_name}
