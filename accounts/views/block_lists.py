"""Whom somebody blocks or has muted, to take along and to bring."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import blocks_of, mutes_of
from accounts.services.blocks import BlockOutcome, block_import_preview, blocks_import
from accounts.views.handle_imports import HandleImport, import_page
from spaces_project.lib.pages import page


@page
@never_cache
@login_required
@require_safe
def blocks_export(request: HttpRequest) -> HttpResponse:
    """Everybody blocked, as CSV: `handle,blocked_at` (ISO 8601, UTC)."""
    assert isinstance(request.user, User)
    rows = blocks_of(request.user).values_list("person__handle", "created_at")
    return _csv("blocked.csv", "blocked_at", rows.iterator(chunk_size=2000))


@page
@never_cache
@login_required
@require_safe
def mutes_export(request: HttpRequest) -> HttpResponse:
    """Everybody muted, as CSV: `handle,muted_at` (ISO 8601, UTC)."""
    assert isinstance(request.user, User)
    rows = mutes_of(request.user).values_list("person__handle", "created_at")
    return _csv("muted.csv", "muted_at", rows.iterator(chunk_size=2000))


class _Echo:
    """What csv.writer writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(name: str, column: str, rows: Iterator[tuple[str, datetime]]) -> HttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield writer.writerow(["handle", column])
        for handle, at in rows:
            yield writer.writerow([handle, at.isoformat(timespec="seconds")])

    response = HttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_BLOCKS = HandleImport(
    template="accounts/blocks_import.html",
    step="block",
    done=BlockOutcome.BLOCKED,
    preview=lambda owner, handles: block_import_preview(owner=owner, handles=handles),
    run=lambda owner, handles: blocks_import(owner=owner, handles=handles, now=timezone.now()),
)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def blocks_import_page(request: HttpRequest) -> HttpResponse:
    """Take a list: first say what it would do (`step=preview`), then block everybody in it (`step=block`)."""
    return import_page(request, _BLOCKS)
