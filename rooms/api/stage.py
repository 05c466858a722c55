"""The stage over REST: microphones, and moving."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_by_handle
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.services import stage


class SpaceMicView(SpaceView):
    """`/spaces/{id}/mic/`"""

    @extend_schema(
        operation_id="spaces_mic_set",
        summary="Mute or unmute oneself",
        description="403 `space.not_on_stage` for listeners.",
        tags=["stage"],
        request=serializers.MicSerializer,
        responses=serializers.MicSerializer,
    )
    def put(self, request: Request, space_id: UUID) -> Response:
        """One's own microphone."""
        asked = checked(serializers.MicSerializer, request)
        participation = stage.mic_set(
            space=self.space(request, space_id), user=signed_in_user(request), now=timezone.now(), **asked
        )
        return Response({"muted": participation.muted})


class StageStepDownView(SpaceView):
    """`/spaces/{id}/stage/step-down/`"""

    @extend_schema(
        operation_id="stage_step_down",
        summary="Leave the stage and listen",
        description=("403 `space.not_on_stage`."),
        tags=["stage"],
        request=None,
        responses=serializers.RoleSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Leave the stage and listen."""
        found = stage.stage_step_down(
            space=self.space(request, space_id),
            user=signed_in_user(request),
            now=timezone.now(),
        )
        return Response({"role": found.role})


class StageMuteAllView(SpaceView):
    """`/spaces/{id}/stage/mute-all/`"""

    @extend_schema(
        operation_id="stage_mute_all",
        summary="Mute all but host and co-hosts",
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Mute all but host and co-hosts."""
        stage.stage_mute_all(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class StageMuteView(SpaceView):
    """`/spaces/{id}/stage/{handle}/mute/`"""

    @extend_schema(
        operation_id="stage_mute",
        summary="Mute somebody on stage",
        description=(
            "They can unmute themselves; nobody else can. 403 `space.above_your_role`; 409 "
            "`stage.not_on_stage`, `space.not_in_room`."
        ),
        tags=["stage"],
        request=None,
        responses=serializers.MicSerializer,
    )
    def post(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Mute somebody on stage."""
        found = stage.stage_mute(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response({"muted": found.muted})


class StageMoveToListenersView(SpaceView):
    """`/spaces/{id}/stage/{handle}/move-to-listeners/`"""

    @extend_schema(
        operation_id="stage_move_to_listeners",
        summary="Take somebody off the stage",
        description=("403 `space.above_your_role`; 409 `space.not_in_room`."),
        tags=["stage"],
        request=None,
        responses=serializers.RoleSerializer,
    )
    def post(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Take somebody off the stage."""
        found = stage.stage_move_to_listeners(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response({"role": found.role})
