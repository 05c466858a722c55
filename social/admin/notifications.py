"""What people are told and what goes out, for staff to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from social.models import Delivery, Fanout, Notification


class ReadOnly(admin.ModelAdmin):
    """Services alone write what is here; the admin shows it. Counting millions for a pager is left out."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes by hand."""
        return False


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    """What somebody was told."""

    list_display = ("created_at", "user", "kind", "event", "actor", "in_app", "read_at")
    list_filter = ("kind", "in_app")
    list_select_related = ("user", "actor")
    search_fields = ("=user__handle", "=key")
    ordering = ("-pk",)


@admin.register(Fanout)
class FanoutAdmin(ReadOnly):
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
class DeliveryAdmin(ReadOnly):
    """E-mail and push on their way."""

    list_display = ("due_at", "user", "channel", "state", "attempts", "sent_at", "error")
    list_filter = ("state", "channel")
    list_select_related = ("user",)
    search_fields = ("=user__handle",)
    ordering = ("-pk",)
