"""What holds for whom."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.admin.base import Desk
from moderation.models import Sanction
from moderation.permissions import Right


class HoldsFilter(admin.SimpleListFilter):
    """Those that hold now, unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices beside "holds"."""
        return [("over", _("Over or lifted")), ("any", _("Any"))]

    def choices(self, changelist: Any) -> Any:
        """What is called "all" elsewhere is "holds now" here."""
        for choice in super().choices(changelist):
            yield choice | ({"display": _("Holds now")} if choice["display"] == _("All") else {})

    def queryset(self, request: HttpRequest, queryset: QuerySet[Sanction]) -> QuerySet[Sanction]:
        """Those of the choice."""
        if self.value() == "any":
            return queryset
        holds = Q(lifted_at=None) & (Q(until=None) | Q(until__gt=timezone.now()))
        return queryset.exclude(holds) if self.value() == "over" else queryset.filter(holds)


@admin.register(Sanction)
class SanctionAdmin(Desk):
    """Suspensions and rights withdrawn; a row leads to the person, where it can be lifted."""

    right = Right.QUEUE
    list_display = ("person", "kind", "from_at", "until", "lifted_at", "why")
    list_filter = (HoldsFilter, "kind")
    list_select_related = ("person", "decision")
    search_fields = ("person__handle", "decision__reason")
    ordering = ("-pk",)
    actions = None

    @admin.display(description=gettext_lazy("why"))
    def why(self, sanction: Sanction) -> str:
        """The reason of the decision."""
        return sanction.decision.reason

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go to the person."""
        self.must_have(request, Right.QUEUE)
        sanction = get_object_or_404(Sanction, pk=object_id if object_id.isdecimal() else None)
        return redirect("admin:moderation_case_person", sanction.person_id)
