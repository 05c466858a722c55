"""The queue, a page for each case, and a page for each person."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.admin.base import (
    ABOUT_PEOPLE,
    REASON_MAX_LENGTH,
    DecideForm,
    Desk,
    ReasonForm,
    age,
    done_or_told,
    rights,
)
from moderation.models import Act, Case, Decision, Evidence, EvidenceAccess, SubjectKind
from moderation.permissions import Right
from moderation.selectors.desk import (
    SEVERITIES,
    accesses_of,
    history_of,
    queue,
    reports_of,
    subject_of,
)
from moderation.services.decisions import cases_dismiss, decide, restore
from moderation.services.desk import case_assign, case_note
from moderation.services.evidence import evidence_read

_DELETABLE = (
    SubjectKind.ROOM_MESSAGE,
    SubjectKind.DIRECT_MESSAGE,
    SubjectKind.POST,
    SubjectKind.CAPTION_LINE,
    SubjectKind.REPLAY,
    SubjectKind.CLIP,
)


class StateFilter(admin.SimpleListFilter):
    """Open cases, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside "open"."""
        return [("closed", _("Closed")), ("any", _("Any"))]

    def choices(self, changelist: Any) -> Any:
        """What is called "all" elsewhere is "open" here."""
        for choice in super().choices(changelist):
            yield choice | ({"display": _("Open")} if choice["display"] == _("All") else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Those of the choice."""
        if self.value() == "any":
            return queryset
        return queryset.filter(state=self.value() or Case.State.OPEN)


class SeverityFilter(admin.SimpleListFilter):
    """How urgent."""

    title = gettext_lazy("severity")
    parameter_name = "severity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [(str(number), str(words)) for number, words in SEVERITIES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Those of the choice."""
        value = self.value()
        known = {str(number) for number in SEVERITIES}
        return queryset.filter(severity=int(value)) if value and value in known else queryset


class AssignedFilter(admin.SimpleListFilter):
    """Who looks after it."""

    title = gettext_lazy("who looks after it")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("mine", _("Mine")), ("nobody", _("Nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """Those of the choice."""
        if self.value() == "mine":
            return queryset.filter(assigned_to=request.user.pk)
        return queryset.filter(assigned_to=None) if self.value() == "nobody" else queryset


class DismissForm(ActionForm):
    """The bar above the queue: what to do with those chosen, and why."""

    reason = forms.CharField(max_length=REASON_MAX_LENGTH, required=False, label=gettext_lazy("Reason:"))


@admin.register(Case)
class CaseAdmin(Desk):
    """What is reported, the worst first."""

    right = Right.QUEUE
    list_display = ("case", "about", "severity_words", "reporters", "open_for", "assigned_to", "state")
    list_display_links = ("case",)
    list_filter = (StateFilter, "subject_kind", SeverityFilter, AssignedFilter)
    search_fields = ("person__handle", "=subject_id", "=space_id")
    search_help_text = gettext_lazy("Handle of whom it is about, id of the thing or of the Space")
    ordering = ("-severity", "-reporter_count", "opened_at")
    sortable_by = ("severity_words", "reporters", "open_for")
    action_form = DismissForm
    actions = ("dismiss", "take")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """With the people."""
        return queue().order_by(*self.ordering)

    def get_urls(self) -> list[URLPattern]:
        """The pages of a case and of a person."""

        def at(address: str, view: Any, name: str) -> URLPattern:
            return path(address, self.admin_site.admin_view(view), name=f"moderation_case_{name}")

        return [
            at("<int:case_id>/decide/", self.decide_view, "decide"),
            at("<int:case_id>/evidence/", self.evidence_view, "evidence"),
            at("<int:case_id>/note/", self.note_view, "note"),
            at("<int:case_id>/assign/", self.assign_view, "assign"),
            at("person/<int:user_id>/", self.person_view, "person"),
            at("restore/<int:decision_id>/", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("what"))
    def case(self, case: Case) -> str:
        """What is reported."""
        return f"{case.get_subject_kind_display()} #{case.pk}"

    @admin.display(description=gettext_lazy("about"), empty_value="–")
    def about(self, case: Case) -> str | None:
        """Whom it is about."""
        return f"@{case.person.handle}" if case.person else None

    @admin.display(description=gettext_lazy("severity"), ordering="severity")
    def severity_words(self, case: Case) -> str:
        """How urgent."""
        words = SEVERITIES.get(case.severity, "")
        return format_html('<span class="staff-severity staff-severity-{}">{}</span>', case.severity, words)

    @admin.display(description=gettext_lazy("reporters"), ordering="reporter_count")
    def reporters(self, case: Case) -> int:
        """How many people reported it."""
        return case.reporter_count

    @admin.display(description=gettext_lazy("age"), ordering="opened_at")
    def open_for(self, case: Case) -> str:
        """How long ago it was reported first."""
        return age(case.opened_at)

    @admin.action(description=gettext_lazy("Dismiss those chosen (give a reason)"))
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """Close them without consequences."""
        by: Any = request.user
        reason = request.POST.get("reason", "").strip()
        if not reason:
            messages.error(request, _("Give a reason for the dismissal."))
            return
        done: list[int] = []
        chosen = list(queryset)

        def service() -> None:
            done.append(cases_dismiss(cases=chosen, by=by, reason=reason, now=timezone.now()))

        if done_or_told(request, service, _("Done.")) and done:
            messages.info(request, _("Cases dismissed: {n}.").format(n=done[0]))

    @admin.action(description=gettext_lazy("Look after those chosen"))
    def take(self, request: HttpRequest, queryset: QuerySet[Case]) -> None:
        """They are mine."""
        by: Any = request.user
        for case in queryset:
            case_assign(case=case, by=by, to=by, now=timezone.now())
        messages.success(request, _("They are yours."))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Everything on one case."""
        self.must_have(request, Right.QUEUE)
        return self._case_page(request, self._case(object_id))

    def decide_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Decide it."""
        case = self._case(case_id)
        if request.method != "POST":
            return redirect("admin:moderation_case_change", case.pk)
        self.must_have(request, Right.QUEUE)
        # Every act is a choice here: what is above one's group is refused by the service, which writes it down.
        form = DecideForm(request.POST, acts=list(Act))
        if not form.is_valid():
            return self._case_page(request, case, form=form, status=400)
        by: Any = request.user
        now = timezone.now()
        act = Act(form.cleaned_data["act"])
        # A Space that is ended is its host's, whoever the case is about.
        space = subject_of(case).space if act is Act.END_SPACE else None
        decided = done_or_told(
            request,
            lambda: decide(
                act=act,
                by=by,
                case=case,
                person=space.host if space else case.person,
                space_id=case.space_id,
                reason=form.cleaned_data["reason"],
                until=form.until(now),
                now=now,
            ),
            _("Decided: {act}.").format(act=act.label),
        )
        if not decided:
            return self._case_page(request, self._case(case_id), form=form, status=400)
        return redirect("admin:moderation_case_change", case.pk)

    def evidence_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """The case with its evidence. Asked for by a button, so that no look-ahead of a browser counts as reading."""
        case = self._case(case_id)
        if request.method != "POST":
            return redirect("admin:moderation_case_change", case.pk)
        self.must_have(request, Right.EVIDENCE)
        by: Any = request.user
        evidence = evidence_read(case=case, by=by, now=timezone.now())
        return self._case_page(request, case, evidence=evidence)

    def note_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Note something."""
        case = self._case(case_id)
        if request.method == "POST":
            self.must_have(request, Right.QUEUE)
            by: Any = request.user
            text = request.POST.get("text", "")
            done_or_told(
                request, lambda: case_note(case=case, by=by, text=text, now=timezone.now()), _("Noted.")
            )
        return redirect("admin:moderation_case_change", case.pk)

    def assign_view(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """Look after it, or no longer."""
        case = self._case(case_id)
        if request.method == "POST":
            self.must_have(request, Right.QUEUE)
            by: Any = request.user
            to = None if "drop" in request.POST else by
            words = _("It is yours.") if to else _("Nobody looks after it now.")
            done_or_told(request, lambda: case_assign(case=case, by=by, to=to, now=timezone.now()), words)
        return redirect("admin:moderation_case_change", case.pk)

    def person_view(self, request: HttpRequest, user_id: int) -> HttpResponse:
        """Everything about one person, and decisions without a case."""
        self.must_have(request, Right.QUEUE)
        person = get_object_or_404(User, pk=user_id)
        acts = [act for act in ABOUT_PEOPLE if act in rights(request)]
        form = DecideForm(acts=acts)
        status = 200
        if request.method == "POST":
            by: Any = request.user
            now = timezone.now()
            form = DecideForm(request.POST, acts=list(ABOUT_PEOPLE))
            if form.is_valid() and done_or_told(
                request,
                lambda: decide(
                    act=Act(form.cleaned_data["act"]),
                    by=by,
                    person=person,
                    reason=form.cleaned_data["reason"],
                    until=form.until(now),
                    now=now,
                ),
                _("Decided: {act}.").format(act=Act(form.cleaned_data["act"]).label),
            ):
                return redirect("admin:moderation_case_person", person.pk)
            status = 400
        context = {
            "title": f"@{person.handle}",
            "person": person,
            "histories": [history_of(person)],
            "form": form,
            "acts": acts,
            "form_url": request.path,
            "restore_form": ReasonForm(auto_id=False),
        }
        return self.page(request, "person.html", context, status=status)

    def restore_view(self, request: HttpRequest, decision_id: int) -> HttpResponse:
        """Take back what holds because of a decision."""
        decision = get_object_or_404(Decision.objects.select_related("person"), pk=decision_id)
        back = reverse("admin:moderation_case_person", args=[decision.person_id])
        if request.method != "POST":
            return redirect(back)
        form = ReasonForm(request.POST)
        by: Any = request.user
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            done_or_told(
                request,
                lambda: restore(decision=decision, by=by, reason=reason, now=timezone.now()),
                _("Lifted."),
            )
        else:
            messages.error(request, _("Give a reason, in up to 500 characters."))
        return redirect(back)

    def _case(self, case_id: int | str) -> Case:
        try:
            return queue().get(pk=case_id)
        except (Case.DoesNotExist, ValueError):
            raise Http404 from None

    def _case_page(
        self,
        request: HttpRequest,
        case: Case,
        *,
        form: DecideForm | None = None,
        evidence: list[Evidence] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        subject = subject_of(case)
        acts = [act for act in self._acts(case, subject) if act in rights(request)]
        reports = reports_of(case)
        sides = [history_of(case.person, but=case)] if case.person else []
        # The other side: of many reporters the first who wrote is enough to begin with; each has a page.
        reporters = [report.reporter for report in reports if report.reporter]
        sides += [history_of(reporter) for reporter in reporters[:1]]
        context = {
            "title": f"{case.get_subject_kind_display()} #{case.pk}",
            "case": case,
            "severity": SEVERITIES.get(case.severity, ""),
            "subject": subject,
            "reports": reports,
            "evidence": evidence,
            "evidence_count": case.evidence.count(),
            "accesses": accesses_of(case),
            "notes": case.notes.select_related("by"),
            "decisions": case.decisions.select_related("by", "person", "appeal").order_by("pk"),
            "histories": sides,
            "form": form or DecideForm(acts=acts),
            "acts": acts,
            "form_url": reverse("admin:moderation_case_decide", args=[case.pk]),
            "restore_form": ReasonForm(auto_id=False),
        }
        if form is not None:
            # Offered again are the acts that there are for whoever asks.
            form.fields["act"].widget.choices = [(act.value, act.label) for act in acts]
        return self.page(request, "case.html", context, status=status)

    def _acts(self, case: Case, subject: Any) -> list[Act]:
        """What can be done about this thing at all."""
        if case.state != Case.State.OPEN:
            return []
        live = subject.space is not None and subject.space.is_live
        acts = [Act.DISMISS]
        if case.subject_kind in _DELETABLE and not subject.is_deleted:
            acts.append(Act.DELETE_CONTENT)
        if live and case.person and subject.space.host_id != case.person.pk:
            acts.append(Act.REMOVE)
        if live:
            acts.append(Act.END_SPACE)
        return [*acts, *(ABOUT_PEOPLE if case.person else ())]


@admin.register(Decision)
class DecisionAdmin(Desk):
    """What was decided, the latest first."""

    right = Right.QUEUE
    list_display = ("created_at", "act", "person", "by", "until", "reason", "overturned_at")
    list_filter = ("act", "created_at")
    list_select_related = ("person", "by")
    search_fields = ("person__handle", "by__handle", "=space_id")
    ordering = ("-pk",)


@admin.register(EvidenceAccess)
class EvidenceAccessAdmin(Desk):
    """Who has read what evidence."""

    right = Right.AUDIT
    list_display = ("at", "by", "case", "address")
    list_select_related = ("by", "case")
    search_fields = ("by__handle", "=case__id")
    ordering = ("-pk",)
