"""Clips over REST."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from recordings.api import replay_serializers as serializers
from recordings.models import Clip
from recordings.selectors.clips import clip_card, clip_for, clips_of
from recordings.selectors.replays import replay_for
from recordings.services.clips import clip_create, clip_create_live, clip_delete
from recordings.services.plays import clip_played
from rooms.api.base import SpaceView
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


def clip_row(clip: Clip) -> Any:
    """What ClipSerializer describes."""
    files: dict[str, str | None] = {"video": "mp4", "audio": "mp3", "poster": "jpg"}
    for name, extension in files.items():
        is_ready = clip.state == Clip.State.READY
        files[name] = reverse("clip-file", args=[clip.pk, extension]) if is_ready else None
    url = settings.SITE_URL + clip.get_absolute_url()
    return serializers.ClipSerializer(clip_card(clip) | files | {"url": url}).data


class SpaceClipsView(SpaceView):
    """`/spaces/{id}/clips/`"""

    @extend_schema(
        operation_id="clips_list",
        summary="List the clips of a Space, newest first",
        description="Yours also while they are made. 403 `space.removed`.",
        tags=["clips"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.ClipSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of clips."""
        pages = NewestFirst()
        found = clips_of(self.room(request, space_id), viewer=request.user)
        page: list[Clip] = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response([clip_row(clip) for clip in page])

    @extend_schema(
        operation_id="clip_create",
        summary="Cut a clip of 30 seconds out of a replay, or of what was just said",
        description=(
            "It is made in the background: look at it again until its `state` is `ready` or `failed`. 403 "
            "`clip.not_allowed` where the host allows none, `space.removed`; 404 `replay.not_found`; 409 "
            "`replay.not_ready`, `clip.nothing_recorded`; 410 `space.ended`; 429 `too_many` with `Retry-After`."
        ),
        tags=["clips"],
        request=serializers.ClipCreateSerializer,
        responses={201: serializers.ClipSerializer},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Cut it."""
        asked = checked(serializers.ClipCreateSerializer, request)
        by, now = signed_in_user(request), timezone.now()
        starts_ms = asked.pop("starts_ms", None)
        if starts_ms is None:
            clip = clip_create_live(space=self.room(request, space_id), by=by, now=now, **asked)
        else:
            recording = replay_for(viewer=by, space_id=space_id, now=now)
            clip = clip_create(recording=recording, by=by, starts_ms=starts_ms, now=now, **asked)
        return Response(clip_row(clip), status=status.HTTP_201_CREATED)


class ClipView(APIView):
    """`/clips/{id}/`"""

    @extend_schema(
        operation_id="clip_get",
        summary="Get a clip",
        description="404 `clip.not_found`.",
        tags=["clips"],
        responses=serializers.ClipSerializer,
    )
    def get(self, request: Request, clip_id: UUID) -> Response:
        """One clip."""
        return Response(clip_row(clip_for(viewer=request.user, clip_id=clip_id, now=timezone.now())))

    @extend_schema(
        operation_id="clip_delete",
        summary="Delete a clip",
        description="Its maker and the host of the Space may. 403 `clip.not_yours`; 404 `clip.not_found`.",
        tags=["clips"],
        responses={204: None},
    )
    def delete(self, request: Request, clip_id: UUID) -> Response:
        """It cannot be brought back."""
        user, now = signed_in_user(request), timezone.now()
        clip_delete(clip=clip_for(viewer=user, clip_id=clip_id, now=now), by=user, now=now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ClipPlaysView(APIView):
    """`/clips/{id}/plays/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="clip_played",
        summary="Say that I watch a clip",
        description="Everybody counts once a day, its maker never. 404 `clip.not_found`.",
        tags=["clips"],
        request=None,
        responses=serializers.PlayedSerializer,
    )
    def post(self, request: Request, clip_id: UUID) -> Response:
        """Count it."""
        now = timezone.now()
        clip = clip_for(viewer=request.user, clip_id=clip_id, now=now)
        address = get_adapter().get_client_ip(request)
        return Response({"counted": clip_played(clip=clip, viewer=request.user, address=address, now=now)})
