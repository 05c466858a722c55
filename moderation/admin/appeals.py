"""Appeals have their own queue, and somebody else than the first decides them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.admin.base import REASON_MAX_LENGTH, Desk, age, done_or_told
from moderation.models import Appeal
from moderation.permissions import Right
from moderation.selectors.desk import appeals, history_of
from moderation.services.appeals import appeal_decide


class AnswerForm(forms.Form):
    """What becomes of the decision, and why."""

    overturn = forms.TypedChoiceField(
        choices=[("no", gettext_lazy("Uphold the decision")), ("yes", gettext_lazy("Overturn it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label=gettext_lazy("Answer"),
    )
    answer = forms.CharField(
        max_length=REASON_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The person concerned reads this."),
        label=gettext_lazy("Why"),
    )


class OpenFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for; without those that one may not decide oneself."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside "open"."""
        return [("for_me", _("Open, for me to decide")), ("decided", _("Decided")), ("any", _("Any"))]

    def choices(self, changelist: Any) -> Any:
        """What is called "all" elsewhere is "open" here."""
        for choice in super().choices(changelist):
            yield choice | ({"display": _("Open")} if choice["display"] == _("All") else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Appeal]) -> QuerySet[Appeal]:
        """Those of the choice."""
        if self.value() == "any":
            return queryset
        if self.value() == "decided":
            return queryset.exclude(state=Appeal.State.OPEN)
        waiting = queryset.filter(state=Appeal.State.OPEN)
        return waiting.exclude(decision__by=request.user.pk) if self.value() == "for_me" else waiting


@admin.register(Appeal)
class AppealAdmin(Desk):
    """What is asked again, the oldest first."""

    right = Right.APPEALS
    list_display = ("appeal", "person", "decided_first_by", "waits_for", "state", "decided_by")
    list_filter = (OpenFilter, "decision__act")
    search_fields = ("decision__person__handle", "decision__by__handle")
    ordering = ("pk",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        """With the people."""
        return appeals().order_by(*self.ordering)

    @admin.display(description=gettext_lazy("against"))
    def appeal(self, appeal: Appeal) -> str:
        """Against what."""
        return f"{appeal.decision.get_act_display()} #{appeal.decision_id}"

    @admin.display(description=gettext_lazy("by"))
    def person(self, appeal: Appeal) -> str:
        """Who asks."""
        return f"@{appeal.decision.person.handle}" if appeal.decision.person else "–"

    @admin.display(description=gettext_lazy("decided first by"))
    def decided_first_by(self, appeal: Appeal) -> str:
        """Who must not decide it."""
        return f"@{appeal.decision.by.handle}" if appeal.decision.by else "–"

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def waits_for(self, appeal: Appeal) -> str:
        """How long ago it was asked."""
        return age(appeal.created_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One appeal: what was decided, what is said to that, the history, and the answer."""
        self.must_have(request, Right.APPEALS)
        try:
            appeal = appeals().get(pk=object_id)
        except (Appeal.DoesNotExist, ValueError):
            raise Http404 from None
        form, status = AnswerForm(), 200
        if request.method == "POST":
            by: Any = request.user
            form = AnswerForm(request.POST)
            if form.is_valid() and done_or_told(
                request,
                lambda: appeal_decide(appeal=appeal, by=by, now=timezone.now(), **form.cleaned_data),
                _("Answered."),
            ):
                return redirect("admin:moderation_appeal_change", appeal.pk)
            status = 400
        person = appeal.decision.person
        context = {
            "title": _("Appeal #{id}").format(id=appeal.pk),
            "appeal": appeal,
            "decision": appeal.decision,
            "histories": [history_of(person)] if person else [],
            "form": form,
            "is_own": appeal.decision.by_id == request.user.pk,
        }
        return self.page(request, "appeal.html", context, status=status)
