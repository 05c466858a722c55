"""Whom to follow, over REST."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonRowSerializer, person_row
from accounts.api.signed_in import signed_in_user
from rooms.selectors.suggestions import Reason, Suggestion, suggestions
from spaces_project.lib.errors import Invalid

_SHOWN = 20
_MOST = 50


class SuggestionSerializer(PersonRowSerializer):
    """Somebody to follow, and why."""

    follower_count = serializers.IntegerField()
    reason = serializers.ChoiceField(
        [(reason.value, reason.value) for reason in Reason],
        help_text="`live` on a topic you follow, `followed` by people you follow, `popular` here.",
    )
    known = serializers.IntegerField(help_text="How many people whom you follow follow them.")


class SuggestionsView(APIView):
    """`/suggestions/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="suggestions_list",
        summary="List people I might want to follow",
        tags=["users"],
        parameters=[OpenApiParameter("limit", int, description=f"1 to {_MOST}; {_SHOWN} if it is left out.")],
        responses=SuggestionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The best first."""
        asked = request.query_params.get("limit", str(_SHOWN))
        limit = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 3 else 0
        if not 1 <= limit <= _MOST:
            raise Invalid(fields={"limit": [_("Choose a number from 1 to {most}.").format(most=_MOST)]})
        found = suggestions(signed_in_user(request), limit=limit)
        return Response(SuggestionSerializer([_row(one) for one in found], many=True).data)


def _row(suggestion: Suggestion) -> dict[str, Any]:
    person = suggestion.person
    return person_row(person, is_following=False) | {
        "follower_count": person.follower_count,
        "reason": suggestion.reason,
        "known": suggestion.known,
    }
