"""Captions of a live Space over REST. They are switched on and off where a Space is edited (`captions_wanted`)."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from recordings.models import CaptionLine
from recordings.selectors.captions import captions_for_reader, line_card, lines_of
from recordings.services.captions import caption_remove
from rooms.api.base import SpaceView
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class CaptionLineSerializer(serializers.Serializer[Any]):
    """What somebody said, as it was understood."""

    id = serializers.CharField()
    user = serializers.CharField(allow_null=True, help_text="Who said it; null once the account is gone.")
    name = serializers.CharField(help_text="Their name at the time.")
    starts_at_ms = serializers.IntegerField(help_text="Milliseconds since the Space's start.")
    ends_at_ms = serializers.IntegerField()
    text = serializers.CharField()
    masked = serializers.BooleanField(help_text="Whether offensive words in it are masked.")


class BeforeSerializer(serializers.Serializer[Any]):
    """From where on to look back."""

    before_ms = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        allow_null=True,
        help_text="Only lines that began then, in milliseconds since the Space's start, or before.",
    )


class LatestLines(NewestFirst):
    """A screenful, and more; in the order of what was said, the latest first."""

    page_size = 50
    ordering = ("-starts_at_ms", "-pk")


class CaptionsView(SpaceView):
    """`/spaces/{id}/captions/`"""

    @extend_schema(
        operation_id="captions_list",
        summary="List what was said in a live Space, the latest first",
        description=(
            "For whoever may come in; what is being said comes over the socket (`captions.show`). Whether there are captions, "
            "and whether they are rough, is in the Space's snapshot. 403 `space.removed`, `space.locked`, "
            "`space.guests_not_allowed` and whatever else keeps one out; 410 `space.ended`."
        ),
        tags=["captions"],
        parameters=[BeforeSerializer, *PAGE_PARAMETERS],
        responses=page_of(CaptionLineSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of the transcript, while it is written."""
        space = captions_for_reader(user=request.user, space_id=space_id)
        asked = BeforeSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        pages = LatestLines()
        found = lines_of(space, before_ms=asked.validated_data.get("before_ms"))
        page: list[CaptionLine] = pages.paginate_queryset(found, request, self) or []
        rows = CaptionLineSerializer([line_card(line) for line in page], many=True).data
        return pages.get_paginated_response(rows)


class CaptionLineView(SpaceView):
    """`/spaces/{id}/captions/{line_id}/`"""

    @extend_schema(
        operation_id="captions_remove",
        summary="Take a line out of captions and transcript",
        description=(
            "One's own at any time; those of others as host or co-host of a live Space (403 `space.not_moderator`). "
            "Done twice it is done once. 404 `captions.not_found`."
        ),
        tags=["captions"],
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID, line_id: int) -> Response:
        """Nobody is shown it any more."""
        caption_remove(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            line_id=line_id,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
