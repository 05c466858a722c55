"""The lines of a creator's account as CSV, sent as it is read: its size takes no memory."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from datetime import tzinfo
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from spaces_project.lib import limits
from tickets.models import Creator
from tickets.periods import Period, zone_of
from tickets.selectors.statement_lines import Line, lines_in_order

HEAD = (
    "date",
    "type",
    "space",
    "sale",
    "currency",
    "gross",
    "platform_fee",
    "card_fee",
    "net",
    "balance",
    "reference",
)
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def statement_file(request: HttpRequest, creator: Creator, period: Period) -> StreamingHttpResponse:
    """Dates are in the creator's zone, with its offset; amounts in units of the currency, signed as they change the balance.

    Raises TooMany.
    """
    limits.require("earnings.export", user=creator.user, now=timezone.now())
    parts = _parts(lines_in_order(creator, period), zone_of(creator.user))
    # A server that is asynchronous would read the whole of a synchronous one into memory first, and the other way round.
    content: Any = _asynchronous(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"earnings-{period.name}" if period.name else "earnings"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _parts(chunks: Iterator[list[Line]], zone: tzinfo) -> Iterator[str]:
    yield _written([HEAD])
    for chunk in chunks:
        yield _written(_cells(line, zone) for line in chunk)


async def _asynchronous(parts: Iterator[str]) -> AsyncIterator[str]:
    while part := await sync_to_async(_next)(parts):
        yield part


def _next(parts: Iterator[str]) -> str:
    return next(parts, "")


def _written(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells(line: Line, zone: tzinfo) -> list[str]:
    balance = line.balance if line.balance is not None else 0
    amounts = (line.gross, line.platform_fee, line.card_fee, line.net, balance)
    at = line.at.astimezone(zone).isoformat(timespec="seconds")
    named = [at, line.kind, _harmless(line.title), line.sale, line.currency.upper()]
    return [*named, *map(_units, amounts), line.reference]


def _units(amount: int) -> str:
    """Minor units as a number that every spreadsheet reads: "-0.30"."""
    units, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{units}.{cents:02d}"


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
