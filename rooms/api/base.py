"""What the views of Spaces share."""

from typing import Any
from uuid import UUID

from rest_framework.permissions import BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.views import APIView

from rooms import selectors
from rooms.models import Space


class SpaceView(APIView):
    """Everything about one Space: loads it for whoever asks."""

    permission_classes: tuple[type[BasePermission], ...] = (IsAuthenticatedOrReadOnly,)

    def space(self, request: Request, space_id: UUID) -> Space:
        """The Space, or SpaceNotFound."""
        return selectors.space_for_viewer(user=request.user, space_id=space_id)

    def room(self, request: Request, space_id: UUID) -> Space:
        """The Space, or SpaceNotFound; Removed for whoever was removed from it."""
        return selectors.room_for_viewer(user=request.user, space_id=space_id)


def checked(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    """The body's fields as the serializer has them. Raises DRF's ValidationError."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
