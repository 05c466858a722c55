"""Cursor pages: the same cost on page 1 and on page 1,000, and no row twice while rows are added."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.utils.timezone import is_naive
from django.utils.translation import gettext_noop as _
from rest_framework import exceptions
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from spaces_project.lib.errors import Invalid

# What DRF reads in anything that happens to be base64 of something else; it gives none of these out.
_NOWHERE = Cursor(offset=0, reverse=False, position=None)


class CursorInvalid(Invalid):
    """Cut off or made up."""

    code = "cursor.invalid"
    message = _("This cursor is not one of this list.")


class NewestFirst(CursorPagination):
    """`{"next", "previous", "results"}`, newest first; `?limit=` up to 100.

    Raises CursorInvalid for whatever is no cursor. DRF hands the position in a cursor to the database as it came, where
    "abc" for a number or a date is a 500; here the field that the list is ordered by reads it first.
    """

    ordering: str | tuple[str, ...] = "-id"
    page_size_query_param = "limit"
    max_page_size = 100

    _ordered_by: "Field[Any, Any]"

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """Return what the list is ordered by, and remember the field that cursors hold."""
        ordering = tuple(super().get_ordering(request, queryset, view))
        self._ordered_by = _field(queryset.model, ordering[0].lstrip("-"))
        return ordering

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor of the request, if it has one."""
        if not request.query_params.get(self.cursor_query_param):
            return None
        try:
            cursor = super().decode_cursor(request)
            if cursor == _NOWHERE:
                raise CursorInvalid()
            if cursor is not None and cursor.position is not None:
                position = self._ordered_by.to_python(cursor.position)
                self._ordered_by.run_validators(position)
                if isinstance(position, datetime) and is_naive(position):
                    raise CursorInvalid()
        except (exceptions.NotFound, ValidationError, ValueError, TypeError) as error:
            raise CursorInvalid() from error
        return cursor


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field), f"{name} cannot order a list"
    return field
