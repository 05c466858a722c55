"""Whom one does not want to hear, over REST."""

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
from accounts.models import PersonMute
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import NAMED, PAGE_PARAMETERS, page_of


class MyMutesView(APIView):
    """`/me/mutes/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_mutes_list",
        summary="List whom I do not want to hear, the latest first",
        description="Clients do not play these people's sound. Nobody else can see this list.",
        tags=["me"],
        parameters=[NAMED, *PAGE_PARAMETERS],
        responses=page_of(serializers.PersonSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of people."""
        pages = NewestFirst()
        page: list[PersonMute] = (
            pages.paginate_queryset(
                selectors.mutes_of(signed_in_user(request), query=request.query_params.get("q", "")),
                request,
                self,
            )
            or []
        )
        return pages.get_paginated_response([selectors.person_card(mute.person) for mute in page])


class MyMuteView(APIView):
    """`/me/mutes/{handle}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_mutes_add",
        summary="Mute somebody for me only",
        description="Done twice it is done once. 400 `mute.self`.",
        tags=["me"],
        request=None,
        responses=serializers.PersonSerializer,
    )
    def put(self, request: Request, handle: str) -> Response:
        """Hear this person no more."""
        person = selectors.user_by_handle(handle)
        services.person_mute(owner=signed_in_user(request), person=person, now=timezone.now())
        return Response(selectors.person_card(person))

    @extend_schema(
        operation_id="me_mutes_remove",
        summary="Hear somebody again",
        description="Done twice it is done once.",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, handle: str) -> Response:
        """Hear this person again."""
        services.person_unmute(owner=signed_in_user(request), person=selectors.user_by_handle(handle))
        return Response(status=status.HTTP_204_NO_CONTENT)
