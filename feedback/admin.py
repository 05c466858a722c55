"""The queue of feedback, and the list, in the hands of staff."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from feedback.models import TITLE_MAX_LENGTH, Feedback, FeedbackState, ItemState, RoadmapItem
from feedback.services.desk import feedback_answer, feedback_merge, item_create, item_edit
from moderation.admin.base import done_or_told, rights
from moderation.permissions import Right
from tickets.admin.base import SHOWN, Act, MoneyDesk, Page, Row, Section

_WORDS = forms.Textarea(attrs={"rows": 4})


class StateFilter(admin.SimpleListFilter):
    """What is new, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The choices beside "new"."""
        others = [(state.value, state.label) for state in FeedbackState if state != FeedbackState.NEW]
        return [*others, ("any", gettext_lazy("Any"))]

    def choices(self, changelist: Any) -> Any:
        """What is called "all" elsewhere is "new" here."""
        for place, choice in enumerate(super().choices(changelist)):
            yield choice | ({} if place else {"display": FeedbackState.NEW.label})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        """Those of the choice."""
        value = self.value() or FeedbackState.NEW.value
        return queryset if value == "any" else queryset.filter(state=value)


class AnswerForm(forms.Form):
    """How far it is, and what to say."""

    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in FeedbackState if state != FeedbackState.NEW],
        initial=FeedbackState.ANSWERED,
    )
    answer = forms.CharField(
        required=False,
        max_length=settings.FEEDBACK_ANSWER_MAX_LENGTH,
        widget=_WORDS,
        help_text=gettext_lazy("The person reads this."),
    )


class ItemChoice(forms.ModelChoiceField):
    """An item of the list, the most wanted first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RoadmapItem.objects.order_by("-vote_count", "-pk"), **kwargs)

    def label_from_instance(self, obj: RoadmapItem) -> str:
        """With how far it is."""
        return f"{obj.title} ({obj.get_state_display()})"


class MergeForm(forms.Form):
    """Which item says the same; without one, what a new one is called."""

    item = ItemChoice(required=False, empty_label=gettext_lazy("A new one:"))
    title = forms.CharField(required=False, max_length=TITLE_MAX_LENGTH)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("item") and not given.get("title"):
            self.add_error("title", _("Choose an item, or name a new one."))
        return given


class MergeBar(ActionForm):
    """The bar above the queue: where to put those that are chosen."""

    item = ItemChoice(required=False, label=gettext_lazy("Item:"), empty_label="–")


class ItemForm(forms.ModelForm):
    """An item's words, and how far it is."""

    class Meta:
        model = RoadmapItem
        fields = ("title", "text", "state")
        widgets = {"text": _WORDS}
        help_texts = {
            "text": gettext_lazy("Everybody reads this."),
            "state": gettext_lazy("Everybody who voted for it is told of a change."),
        }


@admin.register(Feedback)
class FeedbackAdmin(MoneyDesk):
    """What people say, the newest first."""

    right = Right.FEEDBACK
    list_display = ("said", "kind", "state", "author", "item", "page", "created_at")
    list_display_links = ("said",)
    list_filter = (StateFilter, "kind")
    search_fields = ("text", "author__handle")
    search_help_text = gettext_lazy("Words of it, handle of who said it")
    ordering = ("-pk",)
    actions = ("merge",)
    action_form = MergeBar

    def rows(self) -> QuerySet[Feedback]:
        """With who said it, and where it belongs."""
        return Feedback.objects.select_related("author", "item", "answered_by")

    @admin.display(description=gettext_lazy("what"))
    def said(self, feedback: Feedback) -> str:
        """How it begins."""
        return str(feedback)

    @admin.action(description=gettext_lazy("Put together in the item chosen beside"))
    def merge(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        """They say the same."""
        item = RoadmapItem.objects.filter(pk=_number(request.POST.get("item"))).first()
        if item is None:
            self.message_user(request, _("Choose an item first."), level="error")
            return
        by: Any = request.user
        ids = list(queryset.values_list("pk", flat=True))
        done_or_told(
            request,
            lambda: feedback_merge(feedback_ids=ids, item=item, by=by, now=timezone.now()),
            _("Put together in “%(title)s”.") % {"title": item.title},
        )

    def page_of(self, request: HttpRequest, obj: Feedback, by: User) -> Page:
        """What was said, and what to do about it."""
        who = reverse("admin:moderation_case_person", args=[obj.author_id])
        facts: list[tuple[str, Any]] = [
            (_("What"), obj.get_kind_display()),
            (_("In their words"), obj.text),
            (_("Who"), format_html('<a href="{}">@{}</a>', who, obj.author.handle)),
            (_("When"), f"{obj.created_at:%d %b %Y %H:%M}"),
            (_("Page"), obj.page or "–"),
            (_("Version"), obj.version or "–"),
            (_("State"), obj.get_state_display()),
            (_("Answer"), obj.answer or "–"),
            (_("Answered by"), f"@{obj.answered_by.handle}" if obj.answered_by else "–"),
        ]
        sections = []
        if obj.item:
            url = reverse("admin:feedback_roadmapitem_change", args=[obj.item_id])
            sections.append(
                Section(_("Part of"), [Row(obj.item.title, url=url, note=obj.item.get_state_display())])
            )
        return Page(facts, sections, [self._answer(obj, by), self._merge(obj, by)])

    def title_of(self, obj: Feedback) -> str:
        """How it begins."""
        return str(obj)

    def _answer(self, obj: Feedback, by: User) -> Act:
        return Act(
            "answer",
            _("Answer"),
            Right.FEEDBACK,
            lambda given: feedback_answer(
                feedback=obj, by=by, state=given["state"], answer=given["answer"], now=timezone.now()
            ),
            AnswerForm,
            button=_("Answer"),
            done=_("Answered."),
        )

    def _merge(self, obj: Feedback, by: User) -> Act:
        def do(given: dict[str, Any]) -> None:
            now = timezone.now()
            item = given["item"] or item_create(by=by, title=given["title"], now=now)
            feedback_merge(feedback_ids=[obj.pk], item=item, by=by, now=now)

        return Act(
            "merge",
            _("Put on the list"),
            Right.FEEDBACK,
            do,
            MergeForm,
            about=_("It is as far as that item from then on, and its author counts as a vote for it."),
            button=_("Put it there"),
            done=_("It is part of the list now."),
        )


@admin.register(RoadmapItem)
class RoadmapAdmin(MoneyDesk):
    """What is planned, in work and shipped."""

    right = Right.FEEDBACK
    form = ItemForm
    list_display = ("title", "state", "vote_count", "said", "changed_at")
    list_filter = ("state",)
    search_fields = ("title", "text")
    ordering = ("-vote_count", "-pk")

    def rows(self) -> QuerySet[RoadmapItem]:
        """With how much feedback is part of each."""
        return RoadmapItem.objects.annotate(said=Count("feedback"))

    @admin.display(description=gettext_lazy("feedback"))
    def said(self, item: Any) -> int:
        """How much is part of it."""
        return int(item.said)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the table of rights."""
        return self.right in rights(request)

    def save_model(self, request: HttpRequest, obj: RoadmapItem, form: Any, change: bool) -> None:
        """A new one, by its service."""
        by: Any = request.user
        made = item_create(by=by, title=obj.title, text=obj.text, state=obj.state, now=timezone.now())
        obj.pk = made.pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit log has it."""

    def page_of(self, request: HttpRequest, obj: RoadmapItem, by: User) -> Page:
        """Its words, what is part of it, and changing it."""
        facts: list[tuple[str, Any]] = [
            (_("State"), obj.get_state_display()),
            (_("Votes"), obj.vote_count),
            (_("In our words"), obj.text or "–"),
            (_("Since"), f"{obj.created_at:%d %b %Y}"),
            (_("Shipped"), f"{obj.shipped_at:%d %b %Y}" if obj.shipped_at else "–"),
        ]
        said = [
            Row(
                str(one),
                url=reverse("admin:feedback_feedback_change", args=[one.pk]),
                note=f"@{one.author.handle}",
            )
            for one in obj.feedback.select_related("author").order_by("-pk")[:SHOWN]
        ]
        return Page(facts, [Section(_("What people said"), said)], [self._edit(obj, by)])

    def _edit(self, obj: RoadmapItem, by: User) -> Act:
        class EditForm(forms.Form):
            title = forms.CharField(max_length=TITLE_MAX_LENGTH, initial=obj.title)
            text = forms.CharField(
                required=False, max_length=settings.FEEDBACK_MAX_LENGTH, widget=_WORDS, initial=obj.text
            )
            state = forms.ChoiceField(choices=ItemState.choices, initial=obj.state)

        return Act(
            "edit",
            _("Change it"),
            Right.FEEDBACK,
            lambda given: item_edit(item=obj, by=by, now=timezone.now(), **given),
            EditForm,
            about=_("Everybody who voted for it is told when it is planned, in work or there."),
            button=_("Change"),
            done=_("Changed."),
        )


def _number(text: str | None) -> int:
    """The key that a form names; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
