"""Reads of exports and deletions."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from own_data.errors import ExportNotFound
from own_data.models import AccountDeletion, DataExport


def exports_of(user: User) -> QuerySet[DataExport]:
    """Files with `user`'s data, the newest first; also those that are being made, have failed or are gone."""
    return DataExport.objects.filter(user=user).order_by("-pk")


def export_of(user: User, export_id: int) -> DataExport:
    """One of them. Raises ExportNotFound, also for other people's."""
    # Beyond 64 bits the database refuses even the question.
    found = exports_of(user).filter(pk=export_id).first() if export_id < 2**63 else None
    if found is None:
        raise ExportNotFound()
    return found


def is_there(export: DataExport, *, now: datetime) -> bool:
    """Whether the file can be fetched."""
    return (
        export.state == DataExport.State.READY and export.expires_at is not None and now < export.expires_at
    )


def open_deletions() -> QuerySet[AccountDeletion]:
    """Accounts that are about to be deleted, or are being so."""
    return AccountDeletion.objects.filter(finished_at__isnull=True).order_by("due_at", "pk")
