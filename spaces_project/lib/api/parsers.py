"""Reads JSON bodies."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer


class JSONParser(BaseParser):
    """As DRF's, but bounded and strict, so that nothing a body holds can break what comes after it.

    orjson refuses what Python's json lets through: lone surrogates, which no database takes, malformed UTF-8, NaN, and
    nesting that ends in a RecursionError. DRF reads past DATA_UPLOAD_MAX_MEMORY_SIZE; this does not.
    """

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body says. Raises ParseError, RequestDataTooBig."""
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig("The body is too large.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError() from error
