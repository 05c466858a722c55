"""Files with all that is kept about somebody: asked for, made by a worker, told of by e-mail, deleted in time.

One is claimed for `EXPORT_LEASE_SECONDS`, renewed with its progress; when its worker dies another begins anew, up to
`EXPORT_TRIES_MAX` times. The file lies in the storage of recordings, which nobody can read from outside.
"""

import logging
import secrets
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from own_data.errors import ExportRuns
from own_data.models import DataExport
from own_data.services.archive import archive_write
from own_data.services.telling import tell_export
from recordings.services.files import file_move, file_reserve, file_settle, files_doom
from social.services.delivery_claims import Clock
from spaces_project.lib import limits
from spaces_project.lib.tasks import enqueue_on_commit

logger = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Another worker makes it now, or the account is gone."""


def export_ask(*, user: User, now: datetime) -> DataExport:
    """Gather what is kept about `user`; a worker does it. A file from before is deleted: the new one has all of it.

    Raises ExportRuns (one at a time), TooMany.
    """
    if DataExport.objects.filter(user=user, state=DataExport.State.WAITING).exists():
        raise ExportRuns()
    limits.require("export.create", user=user, now=now)
    with transaction.atomic():
        try:
            with transaction.atomic():
                export = DataExport.objects.create(user=user, asked_at=now)
        except IntegrityError:
            raise ExportRuns() from None
        _give_up(DataExport.objects.filter(user=user, state=DataExport.State.READY), now=now)
        enqueue_on_commit("own_data.tasks.exports_run")
    return export


def exports_run(*, now: datetime) -> int:
    """Make the files that are due, the earliest first, until none is left, and tell their owners. Returns how many."""
    clock, ready = Clock(now), 0
    while export := _claim(now=clock()):
        try:
            _make(export, clock)
        except ClaimLost:
            continue
        except Exception:
            logger.exception("Export %s failed", export.pk)
            _failed(export, now=clock())
            continue
        ready += 1
    for export in DataExport.objects.filter(state=DataExport.State.READY, mailed_at__isnull=True):
        tell_export(export, now=clock())
    return ready


def exports_expire(*, now: datetime) -> int:
    """Delete the files whose days are over (beat). Returns how many."""
    return _give_up(DataExport.objects.filter(state=DataExport.State.READY, expires_at__lte=now), now=now)


def exports_forget(*, user: User, now: datetime) -> None:
    """Delete all files with `user`'s data, and that there were any."""
    with transaction.atomic():
        mine = DataExport.objects.filter(user=user).select_for_update()
        files_doom([export.file for export in mine], now=now)
        DataExport.objects.filter(user=user).delete()


def _give_up(found: QuerySet[DataExport], *, now: datetime) -> int:
    with transaction.atomic():
        exports = list(found.order_by("pk").select_for_update())
        files_doom([export.file for export in exports], now=now)
        keys = [export.pk for export in exports]
        gone = {"state": DataExport.State.EXPIRED, "file": "", "size_bytes": 0}
        DataExport.objects.filter(pk__in=keys).update(**gone)
    return len(keys)


def _claim(*, now: datetime) -> DataExport | None:
    due = DataExport.objects.filter(state=DataExport.State.WAITING)
    due = due.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    with transaction.atomic():
        export = due.order_by("asked_at", "pk").select_for_update(skip_locked=True).first()
        if export is None:
            return None
        export.tries += 1
        export.claimed_until, export.progress = now + _lease(), 0
        if export.tries > settings.EXPORT_TRIES_MAX:
            export.state = DataExport.State.FAILED
        export.save(update_fields=["tries", "claimed_until", "progress", "state"])
    return export if export.state == DataExport.State.WAITING else _claim(now=now)


def _make(export: DataExport, clock: Clock) -> None:
    def tell(percent: int) -> None:
        until = clock() + _lease()
        if not _ours(export).update(progress=min(99, percent), claimed_until=until):
            raise ClaimLost

    settings.RECORDINGS_SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="export-", dir=settings.RECORDINGS_SPOOL_DIR) as folder:
        file = Path(folder) / "data.zip"
        archive_write(export.user, file, now=clock(), progress=tell)
        size = file.stat().st_size
        name = f"exports/{secrets.token_urlsafe(24)}.zip"
        file_reserve(name, now=clock())
        file_move(file, name)
    with transaction.atomic():
        now = clock()
        ready = {
            "state": DataExport.State.READY,
            "progress": 100,
            "file": name,
            "size_bytes": size,
            "ready_at": now,
            "expires_at": now + timedelta(days=settings.EXPORT_DAYS),
            "claimed_until": None,
        }
        if _ours(export).update(**ready):
            file_settle(name)
            return
    files_doom([name], now=clock())
    raise ClaimLost


def _ours(export: DataExport) -> QuerySet[DataExport]:
    """The row, while the claim (its `tries`) is ours."""
    return DataExport.objects.filter(pk=export.pk, state=DataExport.State.WAITING, tries=export.tries)


def _failed(export: DataExport, *, now: datetime) -> None:
    """Try again, a few times."""
    if export.tries >= settings.EXPORT_TRIES_MAX:
        _ours(export).update(state=DataExport.State.FAILED, claimed_until=None)
    else:
        _ours(export).update(claimed_until=now + _lease())


def _lease() -> timedelta:
    return timedelta(seconds=settings.EXPORT_LEASE_SECONDS)
