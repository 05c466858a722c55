"""Spaces and who was in them, for staff to read and search."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from rooms.models import Attendance, Participation, Space, Topic
from spaces_project.lib.read_only_admin import ReadOnly


@admin.register(Space)
class SpaceAdmin(ReadOnly):
    """Spaces, the newest first."""

    list_display = ("title", "host", "state", "started_at", "ended_at", "end_reason", "peak_listeners")
    list_filter = ("state", "end_reason", "language", "started_at")
    search_fields = ("title", "host__handle", "host__name", "=id")
    list_select_related = ("host",)
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Participation)
class ParticipationAdmin(ReadOnly):
    """Who was in which Space, and as what."""

    list_display = ("user", "space", "role", "muted", "joined_at", "left_at", "removed_at")
    list_filter = ("role", "space__state")
    search_fields = ("user__handle", "user__name", "space__title", "=space__id")
    list_select_related = ("user", "space")
    exclude = ("connection",)
    show_full_result_count = False


@admin.register(Attendance)
class AttendanceAdmin(ReadOnly):
    """The stretches of time that people spent in Spaces."""

    list_display = ("participation", "joined_at", "left_at")
    search_fields = ("participation__user__handle", "participation__space__title")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attendance]:
        """With what the rows name."""
        return super().get_queryset(request).select_related("participation")


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """The list of topics is kept by staff."""

    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
