"""Being reminded of a Space over REST."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from rooms.api.base import SpaceView
from rooms.models import Space
from rooms.selectors.reminders import is_reminded
from rooms.services.reminders import reminder_set, reminder_unset


class SpaceReminderSerializer(serializers.Serializer[Any]):
    """Whether I am reminded of a Space."""

    reminded = serializers.BooleanField()
    waiting = serializers.IntegerField(help_text="How many have asked; `space.waiting` keeps it up to date.")


class SpaceReminderView(SpaceView):
    """`/spaces/{id}/reminder/`"""

    @extend_schema(
        operation_id="space_reminder_set",
        summary="Remind me of a scheduled Space",
        description=(
            "15 minutes before, and the moment it is live; also when it is moved, cancelled or not started. Done twice it is "
            "done once; the host is reminded anyway. 409 `reminder.not_scheduled`."
        ),
        tags=["schedule"],
        request=None,
        responses=SpaceReminderSerializer,
    )
    def put(self, request: Request, space_id: UUID) -> Response:
        """Remind me."""
        space, user = self.room(request, space_id), signed_in_user(request)
        reminder_set(space=space, user=user, now=timezone.now())
        return _answer(request, space)

    @extend_schema(
        operation_id="space_reminder_unset",
        summary="Remind me no more",
        description="Done twice it is done once.",
        tags=["schedule"],
        request=None,
        responses={200: SpaceReminderSerializer},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Remind me no more."""
        space, user = self.room(request, space_id), signed_in_user(request)
        reminder_unset(space=space, user=user, now=timezone.now())
        return _answer(request, space)


def _answer(request: Request, space: Space) -> Response:
    space.refresh_from_db(fields=["reminder_count"])
    return Response(
        {"reminded": is_reminded(space=space, user=signed_in_user(request)), "waiting": space.reminder_count}
    )
