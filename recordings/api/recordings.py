"""Recording a Space over REST, and what is done to the recording afterwards."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from recordings.api.serializers import RecordingSerializer
from recordings.selectors.own import recording_state, space_with_part
from recordings.services import consent, recording, taking_out
from rooms.api.base import SpaceView
from rooms.models import Space


class RecordingView(SpaceView):
    """`/spaces/{id}/recording/`"""

    @extend_schema(
        operation_id="recording_get",
        summary="Read what becomes of a Space's recording",
        description="The sign that it runs, whether a replay is being made, and whether there is something of yours in it.",
        tags=["recordings"],
        responses=RecordingSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """The recording, as far as one may know."""
        return _shown(self.room(request, space_id), request)

    @extend_schema(
        operation_id="recording_delete",
        summary="Delete the recording of one's own Space",
        description=(
            "With its replay, clips and transcript, for good. 403 `space.not_host`; 404 `recording.not_found`; 409 "
            "`recording.runs` while the Space is on."
        ),
        tags=["recordings"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Delete it."""
        taking_out.recording_delete(
            space=self.room(request, space_id), by=signed_in_user(request), now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecordingStartView(SpaceView):
    """`/spaces/{id}/recording/start/`"""

    @extend_schema(
        operation_id="recording_start",
        summary="Record a live Space from now on",
        description=(
            "For host and co-hosts (403 `space.not_moderator`). Everybody inside is shown it; who starts it agrees to be "
            "recorded, and of the others on stage those who do (`recording_consent`)."
        ),
        tags=["recordings"],
        request=None,
        responses=RecordingSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Record."""
        space = self.space(request, space_id)
        recording.recording_start(space=space, by=signed_in_user(request), now=timezone.now())
        return _shown(space, request)


class RecordingStopView(SpaceView):
    """`/spaces/{id}/recording/stop/`"""

    @extend_schema(
        operation_id="recording_stop",
        summary="Record no more, for now",
        description="It can be started again; the replay has all that was recorded. 403 `space.not_moderator`.",
        tags=["recordings"],
        request=None,
        responses=RecordingSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Record no more."""
        space = self.space(request, space_id)
        recording.recording_stop(space=space, by=signed_in_user(request), now=timezone.now())
        return _shown(space, request)


class RecordingConsentView(SpaceView):
    """`/spaces/{id}/recording/consent/`"""

    @extend_schema(
        operation_id="recording_consent",
        summary="Let oneself be recorded, on stage",
        description=(
            "For who was on stage before the recording began: until then they are heard, and not recorded. 403 "
            "`space.not_on_stage`."
        ),
        tags=["recordings"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Agree."""
        consent.recording_consent(
            space=self.space(request, space_id), user=signed_in_user(request), now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class RecordingRetryView(SpaceView):
    """`/spaces/{id}/recording/retry/`"""

    @extend_schema(
        operation_id="recording_retry",
        summary="Have a replay made again whose making failed",
        description="403 `space.not_host`; 404 `recording.not_found`; 409 `recording.not_failed`.",
        tags=["recordings"],
        request=None,
        responses=RecordingSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Try again."""
        space = self.room(request, space_id)
        taking_out.recording_retry(space=space, by=signed_in_user(request), now=timezone.now())
        return _shown(space, request)


class MyPartView(SpaceView):
    """`/spaces/{id}/recording/parts/mine/`"""

    @extend_schema(
        operation_id="recording_part_remove",
        summary="Take one's own part out of a recording",
        description=(
            "All one said, its lines of the transcript, and clips in which one is heard, for good; the replay is made "
            "anew. Also where a block or a removal keeps the Space from you since. 409 `recording.no_part`."
        ),
        tags=["recordings"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Take it out."""
        user = signed_in_user(request)
        taking_out.recording_part_remove(
            space=space_with_part(user=user, space_id=space_id), user=user, now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(space: Space, request: Request) -> Response:
    return Response(RecordingSerializer(recording_state(space=space, viewer=request.user)).data)
