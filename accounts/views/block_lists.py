"""Whom somebody blocks or has muted, to take along and to bring."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.selectors import blocks_of, mutes_of
from accounts.services.blocks import BlockLine, BlockOutcome, block_import_preview, blocks_import
from accounts.services.imports import MAX_BYTES, handles_given
from spaces_project.lib.errors import SpacesError
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


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def blocks_import_page(request: HttpRequest) -> HttpResponse:
    """Take a list: first say what it would do (`step=preview`), then block everybody in it (`step=block`)."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _page(request)
    text = request.POST.get("handles", "")
    try:
        handles = handles_given(text, request.FILES.get("file"))
        if request.POST.get("step") == "block":
            lines = blocks_import(owner=request.user, handles=handles, now=timezone.now())
            return _page(request, lines=lines, is_done=True)
        return _page(request, lines=block_import_preview(owner=request.user, handles=handles))
    except SpacesError as error:
        return _page(request, error=error, typed=text[:MAX_BYTES])


def _page(
    request: HttpRequest,
    *,
    lines: Sequence[BlockLine] | None = None,
    is_done: bool = False,
    error: SpacesError | None = None,
    typed: str = "",
) -> HttpResponse:
    counts = Counter(line.outcome for line in lines or ())
    context: dict[str, Any] = {
        "lines": lines,
        "is_done": is_done,
        "new": "\n".join(line.handle for line in lines or () if line.outcome == BlockOutcome.NEW),
        "new_count": counts[BlockOutcome.NEW],
        "blocked_count": counts[BlockOutcome.BLOCKED],
        "error": error,
        "typed": typed,
        "import_max": settings.SPACES_IMPORT_MAX,
        "import_kilobytes": MAX_BYTES // 1024,
    }
    return render(request, "accounts/blocks_import.html", context, status=error.status if error else 200)
