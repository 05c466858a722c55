"""With whom one wants nothing to do, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.api import serializers
from accounts.api.signed_in import signed_in_user
from accounts.models import Block
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class MyBlocksView(APIView):
    """`/me/blocks/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_blocks_list",
        summary="List whom I block, the latest first",
        description="Nobody else can see this list.",
        tags=["me"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.PersonSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of people."""
        pages = NewestFirst()
        page: list[Block] = (
            pages.paginate_queryset(selectors.blocks_of(signed_in_user(request)), request, self) or []
        )
        return pages.get_paginated_response([selectors.person_card(block.person) for block in page])


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
