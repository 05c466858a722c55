"""What host and co-hosts do to a Space over REST."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_by_handle
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.services import control


class ParticipantRemoveView(SpaceView):
    """`/spaces/{id}/participants/{handle}/remove/`"""

    @extend_schema(
        operation_id="space_remove",
        summary="Remove somebody from a Space for good",
        description=(
            "They are out of the sound at once and cannot come back to this Space. 403 "
            "`space.above_your_role`; 409 `space.not_in_room` for one who never was in it."
        ),
        tags=["control"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Remove somebody from a Space for good."""
        control.space_remove(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SpaceLockView(SpaceView):
    """`/spaces/{id}/lock/`"""

    @extend_schema(
        operation_id="space_lock",
        summary="Lock or unlock a Space",
        description=("Newcomers are refused (403 `space.locked`); who is or was inside may come back."),
        tags=["control"],
        request=serializers.LockSerializer,
        responses=serializers.SpaceEditedSerializer,
    )
    def put(self, request: Request, space_id: UUID) -> Response:
        """Lock or unlock a Space."""
        asked = checked(serializers.LockSerializer, request)
        found = control.space_lock(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            **asked,
            now=timezone.now(),
        )
        return Response(serializers.SpaceEditedSerializer(selectors.edited_card(found)).data)


class SpacePinsView(SpaceView):
    """`/spaces/{id}/pins/`"""

    @extend_schema(
        operation_id="space_pin",
        summary="Pin a link or a few words",
        description=("Up to 3 (409 `space.pins_full`); the same pin twice is one."),
        tags=["control"],
        request=serializers.PinAddSerializer,
        responses=serializers.PinSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Pin a link or a few words."""
        asked = checked(serializers.PinAddSerializer, request)
        found = control.space_pin(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            **asked,
            now=timezone.now(),
        )
        return Response(serializers.PinSerializer(selectors.pin_card(found)).data)


class SpacePinView(SpaceView):
    """`/spaces/{id}/pins/{pin}/`"""

    @extend_schema(
        operation_id="space_unpin",
        summary="Take a pin down",
        tags=["control"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID, pin_id: int) -> Response:
        """Take a pin down."""
        control.space_unpin(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            pin_id=pin_id,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SpaceHandOverView(SpaceView):
    """`/spaces/{id}/hand-over/`"""

    @extend_schema(
        operation_id="space_hand_over",
        summary="Make somebody on stage the host",
        description=(
            "The host becomes a co-host. 403 `space.not_host`; 409 `space.not_in_room`, `stage.not_on_stage`, "
            "`space.already_live`."
        ),
        tags=["control"],
        request=serializers.HandleSerializer,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Make somebody on stage the host."""
        asked = checked(serializers.HandleSerializer, request)
        control.space_hand_over(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(asked["handle"]),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
