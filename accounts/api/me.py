"""Oneself over REST."""

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api import serializers
from accounts.api.signed_in import signed_in_user
from accounts.selectors import hosting_eligibility
from accounts.services.pictures import MAX_BYTES, PictureTooLarge
from spaces_project.lib import socket_tickets
from spaces_project.lib.api.authentication import session_key_of
from spaces_project.lib.api.input import checked

_FORM_BYTES = 64 * 1024


class MeView(APIView):
    """`/me/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_get", summary="Get my own account", tags=["me"], responses=serializers.MeSerializer
    )
    def get(self, request: Request) -> Response:
        """Whoever is signed in."""
        return Response(serializers.me(signed_in_user(request)))

    @extend_schema(
        operation_id="me_change",
        summary="Change my name, bio, handle, time zone or language",
        description=(
            "What is left out stays. 400 `invalid` with `fields`; if the handle alone is at fault `handle.invalid`, "
            "`handle.reserved` or `handle.taken`."
        ),
        tags=["me"],
        request=serializers.MeChangeSerializer,
        responses=serializers.MeSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change what was sent."""
        asked = checked(serializers.MeChangeSerializer, request)
        return Response(serializers.me(services.profile_update(user=signed_in_user(request), **asked)))


class MyPictureView(APIView):
    """`/me/picture/`"""

    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="me_picture_set",
        summary="Set my picture",
        description="As multipart/form-data. 400 `picture.invalid`, `picture.too_large`.",
        tags=["me"],
        request={"multipart/form-data": serializers.PictureUploadSerializer},
        responses=serializers.MeSerializer,
    )
    def put(self, request: Request) -> Response:
        """Replace the picture."""
        # Before the body is read and spooled: the form's own words take less than the margin.
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > MAX_BYTES + _FORM_BYTES:
            raise PictureTooLarge()
        asked = checked(serializers.PictureUploadSerializer, request)
        return Response(
            serializers.me(
                services.picture_set(
                    now=timezone.now(), user=signed_in_user(request), upload=asked["picture"]
                )
            )
        )

    @extend_schema(
        operation_id="me_picture_remove", summary="Remove my picture", tags=["me"], responses={204: None}
    )
    def delete(self, request: Request) -> Response:
        """Without a picture nothing happens."""
        services.picture_remove(user=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyHostingView(APIView):
    """`/me/hosting/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_hosting",
        summary="See whether I may host, and what is missing",
        tags=["me"],
        responses=serializers.HostingSerializer,
    )
    def get(self, request: Request) -> Response:
        """Followers of those required, or a waiver."""
        return Response(asdict(hosting_eligibility(signed_in_user(request))))


class SocketTicketsView(APIView):
    """`/socket-tickets/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="socket_tickets_create",
        summary="Get a ticket that opens the websocket once",
        description="For apps, which have no cookie: connect to `/ws/?ticket=…` before it expires (30 s).",
        tags=["websocket"],
        request=None,
        responses={201: serializers.SocketTicketSerializer},
    )
    def post(self, request: Request) -> Response:
        """A new ticket each time."""
        ticket, expires_at = socket_tickets.issue(
            signed_in_user(request), session_key=session_key_of(request)
        )
        body = serializers.SocketTicketSerializer({"ticket": ticket, "expires_at": expires_at}).data
        return Response(body, status=status.HTTP_201_CREATED)
