"""Following many people at once over REST."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from accounts.selectors import person_card
from accounts.services.imports import (
    MAX_BYTES,
    ImportLine,
    Outcome,
    follows_import,
    handles_in,
    import_preview,
)
from spaces_project.lib.api.input import checked


class HandlesSerializer(serializers.Serializer[Any]):
    """Handles as a list, or as they stand in a text."""

    handles = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        max_length=settings.SPACES_IMPORT_MAX,
        help_text="With or without @.",
    )
    text = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=MAX_BYTES,
        help_text="Handles one per line, or CSV with a column of handles; addresses that end in a handle will do.",
    )
    preview = serializers.BooleanField(default=False, help_text="Only say what would be done.")


class ImportLineSerializer(serializers.Serializer[Any]):
    """What became of one handle."""

    handle = serializers.CharField()
    outcome = serializers.ChoiceField(
        [(outcome.value, outcome.value) for outcome in Outcome],
        help_text="`new` (preview: would be followed), `followed`, `already`, `self`, `blocked` (by you), `unknown`.",
    )
    person = PersonSerializer(allow_null=True)


class FollowImportAnswerSerializer(serializers.Serializer[Any]):
    """What became of each handle, in their order, each once whatever its case."""

    followed = serializers.IntegerField(help_text="How many people are newly followed.")
    results = ImportLineSerializer(many=True)


class FollowImportsView(APIView):
    """`/follow-imports/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="follow_imports_create",
        summary="Follow many people by their handles",
        description="Up to 500 at once, all in one go; done twice it is done once. 400 `import.too_long`; 429 `too_many`.",
        tags=["users"],
        request=HandlesSerializer,
        responses=FollowImportAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Follow whom one may, and say what became of each."""
        asked = checked(HandlesSerializer, request)
        handles = handles_in("\n".join([*asked.get("handles", []), asked.get("text", "")]))
        follower = signed_in_user(request)
        if asked["preview"]:
            lines = import_preview(follower=follower, handles=handles)
        else:
            lines = follows_import(follower=follower, handles=handles, now=timezone.now())
        return Response(FollowImportAnswerSerializer(_answer(lines)).data)


def _answer(lines: Sequence[ImportLine]) -> dict[str, Any]:
    counts = Counter(line.outcome for line in lines)
    rows = [
        {
            "handle": line.handle,
            "outcome": line.outcome,
            "person": person_card(line.person) if line.person else None,
        }
        for line in lines
    ]
    return {"followed": counts[Outcome.FOLLOWED], "results": rows}
