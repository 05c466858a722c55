"""Who of the people is leaving, for staff to see; nobody's mind is changed for them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from own_data.models import AccountDeletion


@admin.register(AccountDeletion)
class AccountDeletionAdmin(admin.ModelAdmin):
    """Accounts that are to be deleted, or are."""

    list_display = ("user", "asked_at", "due_at", "finished_at")
    list_select_related = ("user",)
    search_fields = ("=user__id", "user__handle")
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody for themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """There is nothing to change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row that is gone would leave the account closed for good."""
        return False
