"""What people are told and what goes out, for staff to read."""

from django.contrib import admin

from social.models import Delivery, Fanout, Notification
from spaces_project.lib.read_only_admin import ReadOnly


class Long(ReadOnly):
    """Lists of which counting millions for a pager is left out."""

    show_full_result_count = False


@admin.register(Notification)
class NotificationAdmin(Long):
    """What somebody was told."""

    list_display = ("created_at", "user", "kind", "event", "actor", "in_app", "read_at")
    list_filter = ("kind", "in_app")
    list_select_related = ("user", "actor")
    search_fields = ("=user__handle", "=key")
    ordering = ("-pk",)


@admin.register(Fanout)
class FanoutAdmin(Long):
    """What is told to many: what waits, runs, is done, or was dropped."""

    list_display = (
        "key",
        "audience",
        "kind",
        "event",
        "state",
        "due_at",
        "expires_at",
        "written",
        "finished_at",
    )
    list_filter = ("state", "kind", "audience")
    search_fields = ("=key", "=space_id")
    ordering = ("-pk",)


@admin.register(Delivery)
class DeliveryAdmin(Long):
    """E-mail and push on their way."""

    list_display = ("due_at", "user", "channel", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel")
    list_select_related = ("user",)
    search_fields = ("=user__handle",)
    ordering = ("-pk",)
