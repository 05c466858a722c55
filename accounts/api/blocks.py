"""With whom one wants nothing to do, over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.api import serializers
from accounts.api.imports import HandlesSerializer
from accounts.api.signed_in import signed_in_user
from accounts.models import Block
from accounts.services.blocks import BlockOutcome
from accounts.services.imports import handles_in
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import NAMED, PAGE_PARAMETERS, page_of


class BlockedPersonSerializer(serializers.PersonSerializer):
    """Somebody I block."""

    blocked_at = fields.DateTimeField()


class MyBlocksView(APIView):
    """`/me/blocks/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_blocks_list",
        summary="List whom I block, the latest first",
        description="Nobody else can see this list.",
        tags=["me"],
        parameters=[NAMED, *PAGE_PARAMETERS],
        responses=page_of(BlockedPersonSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of people."""
        pages = NewestFirst()
        found = selectors.blocks_of(signed_in_user(request), query=request.query_params.get("q", ""))
        page: list[Block] = pages.paginate_queryset(found, request, self) or []
        rows = [selectors.person_card(block.person) | {"blocked_at": block.created_at} for block in page]
        return pages.get_paginated_response(BlockedPersonSerializer(rows, many=True).data)


class MyBlockView(APIView):
    """`/me/blocks/{handle}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_blocks_add",
        summary="Block somebody",
        description=(
            "Neither follows the other any more, nor sees or can write to the other. Done twice it is done once. "
            "400 `block.self`."
        ),
        tags=["me"],
        request=None,
        responses=serializers.PersonSerializer,
    )
    def put(self, request: Request, handle: str) -> Response:
        """Have nothing more to do with this person."""
        person = selectors.user_by_handle(handle)
        services.person_block(owner=signed_in_user(request), person=person, now=timezone.now())
        return Response(selectors.person_card(person))

    @extend_schema(
        operation_id="me_blocks_remove",
        summary="Unblock somebody",
        description="Nobody follows anybody again by it. Done twice it is done once.",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, handle: str) -> Response:
        """Block this person no more."""
        services.person_unblock(owner=signed_in_user(request), person=selectors.user_by_handle(handle))
        return Response(status=status.HTTP_204_NO_CONTENT)


class BlockLineSerializer(fields.Serializer[Any]):
    """What became of one handle."""

    handle = fields.CharField()
    outcome = fields.ChoiceField(
        [(outcome.value, outcome.value) for outcome in BlockOutcome],
        help_text="`new` (preview: would be blocked), `blocked`, `already`, `self`, `unknown`.",
    )
    person = serializers.PersonSerializer(allow_null=True)


class BlockImportAnswerSerializer(fields.Serializer[Any]):
    """What became of each handle, in their order, each once whatever its case."""

    blocked = fields.IntegerField(help_text="How many people are newly blocked.")
    results = BlockLineSerializer(many=True)


class BlockImportsView(APIView):
    """`/me/block-imports/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_block_imports_create",
        summary="Block many people by their handles",
        description=(
            "A list of handles, or what an export gave. Up to 500 at once, all in one go; done twice it is done once. 400 "
            "`import.too_long`; 429 `too_many`."
        ),
        tags=["me"],
        request=HandlesSerializer,
        responses=BlockImportAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Block them, and say what became of each."""
        asked = checked(HandlesSerializer, request)
        handles = handles_in("\n".join([*asked.get("handles", []), asked.get("text", "")]))
        owner = signed_in_user(request)
        if asked["preview"]:
            lines = services.block_import_preview(owner=owner, handles=handles)
        else:
            lines = services.blocks_import(owner=owner, handles=handles, now=timezone.now())
        rows = [
            {
                "handle": line.handle,
                "outcome": line.outcome,
                "person": selectors.person_card(line.person) if line.person else None,
            }
            for line in lines
        ]
        blocked = sum(line.outcome == BlockOutcome.BLOCKED for line in lines)
        return Response(BlockImportAnswerSerializer({"blocked": blocked, "results": rows}).data)
