"""The audit log, to read and search. Nobody adds, changes or deletes anything here."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.admin.base import Desk, InputFilter
from moderation.models import AuditEntry, AuditSeal
from moderation.permissions import Right


class ActFilter(InputFilter):
    """By the name of the act, or how it begins ("space.")."""

    title = gettext_lazy("act")
    parameter_name = "act"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those of the act."""
        act = self.value()
        return queryset.filter(act__startswith=act) if act else queryset


class ActorFilter(InputFilter):
    """By who did it."""

    title = gettext_lazy("handle of who did it")
    parameter_name = "actor"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those of the person."""
        handle = (self.value() or "").strip().lstrip("@")
        return queryset.filter(actor_handle__iexact=handle) if handle else queryset


class PersonFilter(InputFilter):
    """By whom it was done to."""

    title = gettext_lazy("handle of whom it was done to")
    parameter_name = "person"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those about the person."""
        handle = (self.value() or "").strip().lstrip("@")
        return queryset.filter(target_handle__iexact=handle) if handle else queryset


class SpaceFilter(InputFilter):
    """By the Space."""

    title = gettext_lazy("id of the Space")
    parameter_name = "space"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those in the Space."""
        if not self.value():
            return queryset
        try:
            return queryset.filter(space_id=UUID(str(self.value()).strip()))
        except ValueError:
            return queryset.none()


class DoorFilter(admin.SimpleListFilter):
    """By how it was asked for; the doors are known, so that nobody looks through the log for them."""

    title = gettext_lazy("door")
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices."""
        return [(door, door) for door in ("page", "api", "socket", "admin", "command", "task")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Those of the choice."""
        return queryset.filter(door=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(Desk):
    """Who did what to whom, the latest first."""

    right = Right.AUDIT
    list_display = ("at", "act", "actor_handle", "target", "space_id", "reason", "door", "address")
    list_filter = (ActFilter, ActorFilter, PersonFilter, SpaceFilter, DoorFilter)
    search_fields = ("=actor_handle", "=target_handle", "=target_id", "reason")
    search_help_text = "A handle, an id, or words of the reason"
    ordering = ("-pk",)
    actions = None

    @admin.display(description=gettext_lazy("whom or what"))
    def target(self, entry: AuditEntry) -> str:
        """Whom or what it was done to."""
        return f"@{entry.target_handle}" if entry.target_handle else f"{entry.target_kind} {entry.target_id}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """All of them, and the seal."""
        return ("seal",)

    @admin.display(description=gettext_lazy("seal"))
    def seal(self, entry: AuditEntry) -> str:
        """Its place in the chain."""
        found = AuditSeal.objects.filter(entry_id=entry.pk).first()
        return f"{found.seq}:{found.digest}" if found else _("Not sealed yet")
