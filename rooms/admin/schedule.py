"""What comes: upcoming Spaces, who waits for them, the reminder queue."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from rooms.models import Reminder, ReminderFanout, Space, UpcomingSpace
from rooms.selectors.reminders import reminder_fanouts, reminder_queue
from rooms.services.reminders import reminder_resend
from social.models import Fanout
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.read_only_admin import ReadOnly

_OPEN = (Fanout.State.WAITING, Fanout.State.RUNNING)


@admin.register(UpcomingSpace)
class UpcomingSpaceAdmin(ReadOnly):
    """What is announced, the soonest first."""

    list_display = ("title", "host", "scheduled_at", "time_zone", "reminder_count", "is_series")
    list_filter = ("scheduled_at", "language")
    search_fields = ("title", "host__handle", "host__name", "=id")
    list_select_related = ("host",)
    ordering = ("scheduled_at",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[UpcomingSpace]:
        """Those that have not started."""
        return super().get_queryset(request).filter(state=Space.State.SCHEDULED)

    @admin.display(description=gettext_lazy("series"), boolean=True)
    def is_series(self, space: Space) -> bool:
        """Whether it is one of a series."""
        return space.series_id is not None


@admin.register(Reminder)
class ReminderAdmin(ReadOnly):
    """Who asked to be reminded of what."""

    list_display = ("user", "space", "space_state", "space_at", "created_at")
    list_filter = ("space__state",)
    search_fields = ("user__handle", "user__name", "space__title", "=space__id")
    list_select_related = ("user", "space")
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("tell_again",)

    @admin.display(description=gettext_lazy("state"), ordering="space__state")
    def space_state(self, reminder: Reminder) -> str:
        """What has become of the Space."""
        return reminder.space.get_state_display()

    @admin.display(description=gettext_lazy("announced for"), ordering="space__scheduled_at")
    def space_at(self, reminder: Reminder) -> datetime | None:
        """When it starts, or was to start."""
        return reminder.space.scheduled_at

    @admin.action(description=gettext_lazy("Tell again what was told last"))
    def tell_again(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> None:
        """For somebody who has missed it; each is noted with who did it."""
        assert isinstance(request.user, User)
        done = 0
        for reminder in queryset.select_related("user", "space__host"):
            try:
                told = reminder_resend(
                    space=reminder.space, user=reminder.user, by=request.user, now=timezone.now()
                )
            except SpacesError as error:
                self.message_user(request, f"@{reminder.user.handle}: {error.message}", messages.WARNING)
                continue
            if told is None:
                words = _("@{handle} wants no reminders.").format(handle=reminder.user.handle)
                self.message_user(request, words, messages.WARNING)
                continue
            LogEntry.objects.log_actions(
                request.user.pk, [reminder], CHANGE, f"Told again: {told.event}.", single_object=True
            )
            done += 1
        if done:
            self.message_user(request, _("Told {done} again.").format(done=done), messages.SUCCESS)


class DueFilter(admin.SimpleListFilter):
    """What is to be told now, and what waits for its time."""

    title = gettext_lazy("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [("now", _("Due and not done")), ("later", _("Waits for its time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReminderFanout]) -> QuerySet[ReminderFanout]:
        """Those of the choice."""
        if self.value() == "now":
            return queryset.filter(state__in=_OPEN, due_at__lte=timezone.now())
        if self.value() == "later":
            return queryset.filter(state__in=_OPEN, due_at__gt=timezone.now())
        return queryset


@admin.register(ReminderFanout)
class ReminderFanoutAdmin(ReadOnly):
    """The reminder queue: what is told of scheduled Spaces, how far it is, how late it is."""

    list_display = (
        "space_title",
        "event",
        "audience",
        "state",
        "due_at",
        "age",
        "written",
        "left",
        "finished_at",
    )
    list_filter = (DueFilter, "state", "event")
    search_fields = ("=space_id",)
    search_help_text = gettext_lazy("The Space's id")
    ordering = ("-due_at", "-pk")
    show_full_result_count = False
    change_list_template = "admin/rooms/reminder_queue.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReminderFanout]:
        """With the titles, and about how many are left."""
        return reminder_fanouts().order_by(*self.ordering)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under how the queue stands as a whole."""
        now = timezone.now()
        queue = reminder_queue(now=now)
        context = {"queue": queue, "queue_age": _words(queue.age)} | (extra_context or {})
        return super().changelist_view(request, context)

    @admin.display(description=gettext_lazy("Space"))
    def space_title(self, fanout: ReminderFanout) -> str:
        """Its title, or its id once it is gone."""
        return getattr(fanout, "title", None) or str(fanout.space_id)

    @admin.display(description=gettext_lazy("late by"))
    def age(self, fanout: ReminderFanout) -> str:
        """For how long it has been due, while it is not done."""
        late = timezone.now() - fanout.due_at
        return _words(late) if fanout.state in _OPEN and late > timedelta() else "–"

    @admin.display(description=gettext_lazy("left, about"))
    def left(self, fanout: ReminderFanout) -> int:
        """How many are to be told yet."""
        return getattr(fanout, "remaining", 0) if fanout.state in _OPEN else 0


def _words(length: timedelta) -> str:
    """A length as staff read it: "3 seconds", "2 hours, 5 minutes"."""
    if length < timedelta(minutes=1):
        seconds = int(length.total_seconds())
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    now = timezone.now()
    return timesince(now - length, now)
