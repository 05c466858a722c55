"""What can be heard again: replays and clips. From here staff listen, warn, delete."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.admin.base import DecideForm, Desk, done_or_told, rights
from moderation.models import Act
from moderation.permissions import Right
from moderation.selectors.desk import open_cases_of
from moderation.selectors.subjects import Subject, clip_subject, replay_subject
from moderation.services.desk import decide_about
from recordings.links import MIX, link_to
from recordings.models import Clip, Recording

ACTS = (Act.DELETE_CONTENT, Act.WARN)


class KeptDesk(Desk):
    """A list, and a page to hear one thing and decide about it."""

    right = Right.LIVE
    actions = None

    def subject(self, row: Any) -> Subject:
        """What is decided about."""
        raise NotImplementedError

    def shown(self, row: Any) -> dict[str, Any]:
        """What the page shows of it: `title`, `by`, `url`, `sound` or `film`, `facts`."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One of them."""
        self.must_have(request, Right.LIVE)
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        acts = [act for act in ACTS if act in rights(request)]
        form, status = DecideForm(acts=acts), 200
        if request.method == "POST":
            form = DecideForm(request.POST, acts=list(ACTS))
            if form.is_valid() and self._decided(request, row, form.cleaned_data):
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            status = 400
        shown = self.shown(row)
        context = shown | {
            "cases": open_cases_of(row.space),
            "form": form,
            "acts": [] if row.state == row.State.DELETED else acts,
            "form_url": request.path,
        }
        return self.page(request, "kept.html", context, status=status)

    def _decided(self, request: HttpRequest, row: Model, given: dict[str, Any]) -> bool:
        by: Any = request.user
        act = Act(given["act"])
        return done_or_told(
            request,
            lambda: decide_about(
                subject=self.subject(row), act=act, by=by, reason=given["reason"], now=timezone.now()
            ),
            _("Decided: {act}.").format(act=act.label),
        )


@admin.register(Recording)
class RecordingAdmin(KeptDesk):
    """Recordings, the latest first."""

    list_display = ("replay", "host", "state", "plays", "ready_at", "expires_at", "kept", "size_bytes")
    list_filter = ("state", "kept")
    search_fields = ("space__title", "title", "space__host__handle", "=space__id")
    search_help_text = gettext_lazy("Title, handle of the host, id of the Space")
    ordering = ("-pk",)
    sortable_by = ("plays", "ready_at", "size_bytes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        """With Spaces and hosts."""
        return super().get_queryset(request).select_related("space__host")

    @admin.display(description=gettext_lazy("replay"))
    def replay(self, recording: Recording) -> str:
        """What it is called."""
        return recording.title or recording.space.title

    @admin.display(description=gettext_lazy("host"))
    def host(self, recording: Recording) -> str:
        """Whose it is."""
        return recording.space.host.handle

    def subject(self, row: Recording) -> Subject:
        """The replay."""
        return replay_subject(row)

    def shown(self, row: Recording) -> dict[str, Any]:
        """With its sound."""
        is_ready = row.state == Recording.State.READY
        link = link_to(MIX, row.pk, revision=row.revision, now=timezone.now()) if is_ready else None
        return {
            "title": self.replay(row),
            "by": row.space.host,
            "url": row.space.get_absolute_url(),
            "sound": link.url if link else "",
            "state": row.get_state_display(),
            "plays": row.plays,
            "until": None if row.kept else row.expires_at,
        }


@admin.register(Clip)
class ClipAdmin(KeptDesk):
    """Clips, the newest first."""

    list_display = ("clip", "maker", "of", "state", "plays", "created_at", "expires_at")
    list_filter = ("state",)
    search_fields = ("caption", "by__handle", "space__title", "=id", "=space__id")
    search_help_text = gettext_lazy("Caption, handle of its maker, title of the Space, id")
    ordering = ("-pk",)
    sortable_by = ("plays", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clip]:
        """With makers, Spaces and hosts."""
        return super().get_queryset(request).select_related("space__host", "by")

    @admin.display(description=gettext_lazy("clip"))
    def clip(self, clip: Clip) -> str:
        """What it is called."""
        return clip.caption or "–"

    @admin.display(description=gettext_lazy("cut by"))
    def maker(self, clip: Clip) -> str:
        """Who cut it."""
        return clip.by.handle

    @admin.display(description=gettext_lazy("of"))
    def of(self, clip: Clip) -> str:
        """The Space's title."""
        return clip.space.title

    def subject(self, row: Clip) -> Subject:
        """The clip."""
        return clip_subject(row)

    def shown(self, row: Clip) -> dict[str, Any]:
        """With its video."""
        url = row.get_absolute_url()
        return {
            "title": row.caption or _("A clip of “{title}”").format(title=row.space.title),
            "by": row.by,
            "url": url,
            "film": f"{url}clip.mp4" if row.state == Clip.State.READY else "",
            "state": row.get_state_display(),
            "plays": row.plays,
            "until": row.expires_at,
        }
