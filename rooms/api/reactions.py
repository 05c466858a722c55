"""Reactions over REST."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from rooms.api.base import SpaceView, checked
from rooms.services import reactions


class ReactionSerializer(serializers.Serializer[Any]):
    """One tap. The service knows which there are."""

    kind = serializers.CharField(max_length=16, help_text="An emoji of `SPACES_REACTIONS`.")


class SpaceReactionsView(SpaceView):
    """`/spaces/{id}/reactions/`"""

    @extend_schema(
        operation_id="spaces_react",
        summary="React",
        description=(
            "Everybody in the Space sees it, summed with those of others, in `space.tick`. 400 `invalid` for a kind that "
            "there is not; 403 `space.removed`; 409 `space.not_joined`; 410 `space.ended`; 429 `too_many`."
        ),
        tags=["listening"],
        request=ReactionSerializer,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Tap."""
        asked = checked(ReactionSerializer, request)
        space = self.space(request, space_id)
        reactions.space_react(space=space, user=signed_in_user(request), now=timezone.now(), **asked)
        return Response(status=status.HTTP_204_NO_CONTENT)
