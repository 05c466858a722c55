"""Who of the people is leaving, for staff to see; nobody's mind is changed for them."""

from django.contrib import admin

from own_data.models import AccountDeletion
from spaces_project.lib.read_only_admin import ReadOnly


@admin.register(AccountDeletion)
class AccountDeletionAdmin(ReadOnly):
    """Accounts that are to be deleted, or are. A row that is gone would leave the account closed for good."""

    list_display = ("user", "asked_at", "due_at", "finished_at")
    list_select_related = ("user",)
    search_fields = ("=user__id", "user__handle")
    ordering = ("-pk",)
