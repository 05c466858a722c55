"""Replays over REST. Each operation parses, calls one selector or service, and translates."""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.selectors import person_card, user_for_viewer
from recordings.api import replay_serializers as serializers
from recordings.chapters import chapters
from recordings.downloads import downloads
from recordings.links import MIX, link_to
from recordings.models import Recording
from recordings.selectors.clips import may_clip
from recordings.selectors.replays import (
    duration_ms,
    listed_replays,
    replay_for,
    replay_for_host,
    replay_note,
    title_of,
    waveform_of,
)
from recordings.selectors.search import said_found
from recordings.selectors.transcripts import lines_of, messages_at, reactions_at
from recordings.services.plays import replay_played
from recordings.services.replays import replay_edit, replay_kept_no_more
from rooms.selectors import search
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import CursorInvalid, NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid

_HEARD = (
    "403 `space.removed`; 404 `replay.not_found`; 409 `replay.not_ready` while it is made; 402 or 403 with the code of what "
    "keeps it from you (a ticket)."
)


def replay_row(recording: Recording) -> dict[str, Any]:
    """What ReplayRowSerializer describes."""
    host = person_card(recording.space.host)
    return replay_note(recording) | {
        "space": recording.space_id,
        "host": host,
        "ready_at": recording.ready_at,
    }


class ReplaysView(APIView):
    """`/replays/`"""

    @extend_schema(
        operation_id="replays_list",
        summary="List replays, the latest first",
        description="Those you may find; whether you may hear one says the replay itself.",
        tags=["replays"],
        parameters=[
            OpenApiParameter("host", description="Only those of the host with this handle."),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.ReplayRowSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of replays."""
        found = listed_replays(viewer=request.user, now=timezone.now())
        if handle := request.query_params.get("host"):
            found = found.filter(space__host=user_for_viewer(handle, request.user))
        pages = NewestFirst()
        pages.ordering = ("-ready_at", "-id")
        page: list[Recording] = (
            pages.paginate_queryset(found.order_by("-ready_at", "-id"), request, self) or []
        )
        rows = [replay_row(one) for one in page]
        return pages.get_paginated_response(serializers.ReplayRowSerializer(rows, many=True).data)


class ReplayView(APIView):
    """`/spaces/{id}/replay/`"""

    @extend_schema(
        operation_id="replay_get",
        summary="Get the replay of a Space, and a link to its sound",
        description=_HEARD,
        tags=["replays"],
        responses=serializers.ReplaySerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """One replay."""
        now = timezone.now()
        recording = replay_for(viewer=request.user, space_id=space_id, now=now)
        found = replay_row(recording) | {
            "audio": link_to(MIX, recording.pk, revision=recording.revision, now=now),
            "waveform": waveform_of(recording),
            "chapters": chapters(lines_of(recording)),
            "may_clip": may_clip(viewer=request.user, space=recording.space),
        }
        return Response(serializers.ReplaySerializer(found).data)

    @extend_schema(
        operation_id="replay_edit",
        summary="Change my replay",
        description="403 `space.not_host`; 404 `replay.not_found`; 409 `replay.not_ready`.",
        tags=["replays"],
        request=serializers.ReplayEditSerializer,
        responses=serializers.ReplayOwnSerializer,
    )
    def patch(self, request: Request, space_id: UUID) -> Response:
        """What is left out stays."""
        asked = checked(serializers.ReplayEditSerializer, request)
        user = signed_in_user(request)
        recording = replay_for_host(user=user, space_id=space_id)
        edited = replay_edit(recording=recording, by=user, **asked)
        if asked.get("kept") is False and recording.kept:
            edited = replay_kept_no_more(recording=recording, by=user, now=timezone.now())
        return Response(_own(edited))


class ReplayDownloadsView(APIView):
    """`/spaces/{id}/replay/downloads/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="replay_downloads",
        summary="Links to the files of my recording",
        description=(
            "The mix (MP3) and each speaker's tracks (Opus in Ogg). The transcript is at "
            "`/spaces/{id}/transcript.vtt`, `.srt` and `.txt`, outside of the API. 403 `space.not_host`; 404 "
            "`replay.not_found`."
        ),
        tags=["replays"],
        responses=serializers.DownloadSerializer(many=True),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """For its host alone."""
        recording = replay_for_host(user=signed_in_user(request), space_id=space_id)
        rows = downloads(recording, now=timezone.now())
        return Response(serializers.DownloadSerializer(rows, many=True).data)


class ReplayTranscriptView(APIView):
    """`/spaces/{id}/replay/transcript/`"""

    @extend_schema(
        operation_id="replay_transcript",
        summary="Get the transcript of a replay",
        description="All of its lines, in order; made by a machine, and not always right. " + _HEARD,
        tags=["replays"],
        responses=serializers.LineSerializer(many=True),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """Every line."""
        recording = replay_for(viewer=request.user, space_id=space_id, now=timezone.now())
        rows = [
            {
                "id": str(line.id),
                "user": None if line.user_id is None else str(line.user_id),
                "name": line.name,
                "starts_ms": line.starts_ms,
                "ends_ms": line.ends_ms,
                "text": line.text,
            }
            for line in lines_of(recording)
        ]
        return Response(rows)


class ReplayMomentsView(APIView):
    """`/spaces/{id}/replay/moments/`"""

    @extend_schema(
        operation_id="replay_moments",
        summary="Get the messages and reactions of a replay",
        description="Each with when it was. " + _HEARD,
        tags=["replays"],
        responses=serializers.MomentsSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """All of them."""
        recording = replay_for(viewer=request.user, space_id=space_id, now=timezone.now())
        return Response(
            {
                "messages": messages_at(recording, viewer=request.user),
                "reactions": reactions_at(recording),
            }
        )


class ReplayPlaysView(APIView):
    """`/spaces/{id}/replay/plays/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="replay_played",
        summary="Say that I listen to a replay",
        description=(
            "After some seconds of listening. Everybody counts once a day, however often it is said; the host never does. "
            + _HEARD
        ),
        tags=["replays"],
        request=None,
        responses=serializers.PlayedSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Count it."""
        now = timezone.now()
        recording = replay_for(viewer=request.user, space_id=space_id, now=now)
        counted = replay_played(
            recording=recording,
            viewer=request.user,
            address=get_adapter().get_client_ip(request),
            now=now,
        )
        return Response({"counted": counted})


class SearchSaidView(APIView):
    """`/search/transcripts/`"""

    @extend_schema(
        operation_id="search_transcripts",
        summary="Search in what was said",
        description=(
            "Lines of replays that you may hear, with every word of `q`, the latest first; the last word may be the "
            "beginning of one. 429 `too_many`."
        ),
        tags=["discovery"],
        parameters=[
            OpenApiParameter(
                "q", required=True, description="What to look for; 100 characters of it are read."
            ),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.SaidSerializer),
    )
    def get(self, request: Request) -> Response:
        """What is found for `q`."""
        address = get_adapter().get_client_ip(request)
        search.require_pace(viewer=request.user, address=address, now=timezone.now())
        what = search.asked(request.query_params.get("q", ""))
        if not what.text:
            raise Invalid(fields={"q": [_("Say what to look for.")]})
        limit = NewestFirst().get_page_size(request) or 20
        try:
            found, after = said_found(
                what, viewer=request.user, cursor=request.query_params.get("cursor", ""), limit=limit
            )
        except ValueError:
            raise CursorInvalid() from None
        rows = [
            {
                "space": one.recording.space_id,
                "title": one.title,
                "host": person_card(one.recording.space.host),
                "name": one.line.speaker_name,
                "text": one.line.text,
                "at_ms": one.at_ms,
            }
            for one in found
        ]
        here = request.build_absolute_uri()
        return Response(
            {
                "next": replace_query_param(here, "cursor", after) if after else None,
                "previous": None,
                "results": serializers.SaidSerializer(rows, many=True).data,
            }
        )


def _own(recording: Recording) -> Any:
    return serializers.ReplayOwnSerializer(
        {
            "space": recording.space_id,
            "state": recording.state,
            "trouble": recording.trouble,
            "progress": recording.progress,
            "title": title_of(recording),
            "trimmed_ms": recording.trimmed_ms,
            "duration_ms": duration_ms(recording),
            "kept": recording.kept,
            "expires_at": None if recording.kept else recording.expires_at,
            "plays": recording.plays,
        }
    ).data
