"""What is on air now: who listens, who complains; from here staff listen hidden, warn, end."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.admin.base import DecideForm, Desk, age, done_or_told, rights
from moderation.models import Act, OnAirSpace
from moderation.permissions import Right
from moderation.selectors.desk import last_messages, on_air_numbers, open_cases_of
from moderation.services.decisions import decide
from rooms.models import Space
from rooms.selectors import stage_of
from rooms.services.hidden import space_listen_hidden
from spaces_project.lib.errors import SpacesError

ACTS = (Act.WARN, Act.END_SPACE)


class OnAirList(ChangeList):
    """The rows of a page with their numbers of this moment, asked for all at once."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's; then the numbers."""
        super().get_results(request)
        spaces = list(self.result_list)
        numbers = on_air_numbers(spaces, now=timezone.now())
        for space in spaces:
            space.numbers = numbers[space.pk]
        self.result_list = spaces


@admin.register(OnAirSpace)
class OnAirAdmin(Desk):
    """Live Spaces, those with the most listeners first."""

    right = Right.LIVE
    list_display = ("title", "host", "listeners", "on_stage", "reports", "on_air_for")
    list_select_related = ("host",)
    search_fields = ("title", "host__handle", "=id")
    search_help_text = gettext_lazy("Title, handle of the host, id")
    ordering = ("-listeners_seen", "started_at")
    sortable_by = ("title", "on_air_for")
    actions = None
    change_list_template = "admin/moderation/on_air_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[OnAirSpace]:
        """Those on air."""
        return super().get_queryset(request).filter(state=Space.State.LIVE)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With numbers."""
        return OnAirList

    def get_urls(self) -> list[URLPattern]:
        """With the door for listening."""
        listen = self.admin_site.admin_view(self.listen_view)
        return [
            path("<uuid:space_id>/listen/", listen, name="moderation_onairspace_listen"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("listeners"))
    def listeners(self, space: Any) -> int:
        """How many listen now."""
        return int(space.numbers["listeners"])

    @admin.display(description=gettext_lazy("on stage"))
    def on_stage(self, space: Any) -> int:
        """How many are on stage now."""
        return int(space.numbers["on_stage"])

    @admin.display(description=gettext_lazy("reports"))
    def reports(self, space: Any) -> int:
        """How many people have reported something of it that is not decided."""
        return int(space.numbers["reports"])

    @admin.display(description=gettext_lazy("on air for"), ordering="-started_at")
    def on_air_for(self, space: Space) -> str:
        """How long it has been live."""
        return age(space.started_at) if space.started_at else "–"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One live Space: who is on stage, what is written, and what to do about it."""
        self.must_have(request, Right.LIVE)
        space = self._space(object_id)
        if not space.is_live:
            done_or_told(
                request, lambda: None, _("“{title}” is not on air any more.").format(title=space.title)
            )
            return redirect("admin:moderation_onairspace_changelist")
        acts = [act for act in ACTS if act in rights(request)]
        form, status = DecideForm(acts=acts), 200
        if request.method == "POST":
            by: Any = request.user
            form = DecideForm(request.POST, acts=list(ACTS))
            if form.is_valid() and done_or_told(
                request,
                lambda: decide(
                    act=Act(form.cleaned_data["act"]),
                    by=by,
                    person=space.host,
                    space_id=space.pk,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                ),
                _("Decided: {act}.").format(act=Act(form.cleaned_data["act"]).label),
            ):
                return redirect("admin:moderation_onairspace_changelist")
            status = 400
        context = {
            "title": space.title,
            "space": space,
            "numbers": on_air_numbers([space], now=timezone.now())[space.pk],
            "on_air_for": age(space.started_at) if space.started_at else "",
            "stage": stage_of(space),
            "room_messages": last_messages(space),
            "cases": open_cases_of(space),
            "form": form,
            "acts": acts,
            "form_url": request.path,
        }
        return self.page(request, "on_air_space.html", context, status=status)

    def listen_view(self, request: HttpRequest, space_id: UUID) -> HttpResponse:
        """A ticket to listen hidden: `{url, token, room, identity, expires_at}`; 503 without an audio server."""
        if request.method != "POST":
            raise Http404
        self.must_have(request, Right.LIVE)
        by: Any = request.user
        try:
            ticket = space_listen_hidden(space=self._space(str(space_id)), by=by, now=timezone.now())
        except SpacesError as error:
            return JsonResponse(error.as_dict(), status=error.status)
        if ticket is None:
            return JsonResponse(
                {"code": "audio.none", "message": _("There is no audio server."), "fields": {}}, status=503
            )
        return JsonResponse(asdict(ticket))

    def _space(self, space_id: str) -> Space:
        try:
            return Space.objects.select_related("host").get(pk=UUID(space_id))
        except (Space.DoesNotExist, ValueError):
            raise Http404 from None
