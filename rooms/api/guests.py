"""Listening without an account, over REST."""

import secrets
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from rooms import guests, selectors
from rooms.api.base import SpaceView, checked
from rooms.api.serializers import AudioSerializer, SnapshotSerializer
from rooms.services.guests import guest_join, guest_leave
from spaces_project.lib import limits

# Makes a browser the same guest after a reload. Not the session: guests need none in the database.
_COOKIE = "guest"
_COOKIE_SECONDS = 24 * 3600


class GuestSerializer(serializers.Serializer[Any]):
    """Who comes back as the guest they were."""

    token = serializers.CharField(
        max_length=400,
        default="",
        allow_blank=True,
        help_text="Of an earlier join; browsers can leave it out.",
    )


class GuestTokenSerializer(serializers.Serializer[Any]):
    """Which guest."""

    token = serializers.CharField(max_length=400)


class GuestJoinedSerializer(serializers.Serializer[Any]):
    """What a guest gets."""

    token = serializers.CharField(
        help_text="For `guest.present` on the socket, and to come back as the same guest."
    )
    expires_at = serializers.DateTimeField(
        help_text="When the token stops to be good; join again to renew it."
    )
    audio = AudioSerializer(allow_null=True, help_text="Null where this server has no audio.")
    snapshot = SnapshotSerializer()


class SpaceGuestJoinView(SpaceView):
    """`/spaces/{id}/guest-join/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="spaces_guest_join",
        summary="Listen without an account",
        description=(
            "Where the host allows it (403 `space.guests_not_allowed`). Guests count as listeners and hear; they are in no "
            "list and can do nothing else. 400 `guest.token_invalid`; 403 `space.locked`; 409 `guest.signed_in`; "
            "410 `space.ended`; 429 `too_many`."
        ),
        tags=["listening"],
        request=GuestSerializer,
        responses=GuestJoinedSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Come in."""
        now = timezone.now()
        address = get_adapter().get_client_ip(request)
        limits.require("guest.join", address=address, now=now)
        token = checked(GuestSerializer, request)["token"]
        space = self.space(request, space_id)
        browser = ""
        if token:
            key = guests.key_of_token(space.pk, token, now=None)
        else:
            browser = request._request.get_signed_cookie(_COOKIE, default="") or secrets.token_hex(16)
            key = guests.key_for(space.pk, browser)
        joined = guest_join(space=space, user=request.user, guest_key=key, now=now)
        body = {
            "token": joined.token,
            "expires_at": joined.expires_at,
            "audio": joined.audio,
            "snapshot": selectors.snapshot(space=joined.space, user=AnonymousUser()),
        }
        response = Response(GuestJoinedSerializer(body).data)
        if browser:
            response.set_signed_cookie(
                _COOKIE,
                browser,
                max_age=_COOKIE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class SpaceGuestLeaveView(SpaceView):
    """`/spaces/{id}/guest-leave/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="spaces_guest_leave",
        summary="Leave as a guest",
        description="400 `guest.token_invalid`.",
        tags=["listening"],
        request=GuestTokenSerializer,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Go."""
        asked = checked(GuestTokenSerializer, request)
        guest_leave(space=self.space(request, space_id), now=timezone.now(), **asked)
        return Response(status=status.HTTP_204_NO_CONTENT)
