"""Reads what an operation takes."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


def checked(serializer_class: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the fields of the body, typed, unknown ones left out. Raises DRF's ValidationError (400 `invalid`)."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
