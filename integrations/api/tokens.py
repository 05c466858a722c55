"""Tokens over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from integrations.api import serializers
from integrations.confirmed import must_be_confirmed
from integrations.selectors import tokens_of
from integrations.services.tokens import token_create, token_revoke
from spaces_project.lib.api.authentication import session_of
from spaces_project.lib.api.input import checked


class TokensView(APIView):
    """`/me/tokens/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="tokens_list",
        summary="See my tokens for bots",
        tags=["bots"],
        responses=serializers.TokensSerializer,
    )
    def get(self, request: Request) -> Response:
        """Those that were not taken back, the newest first."""
        return Response({"results": [serializers.token(one) for one in tokens_of(signed_in_user(request))]})

    @extend_schema(
        operation_id="token_create",
        summary="Make a token for a bot",
        description=(
            "It acts for you, as far as its scopes reach. 400 `invalid`; 403 `reauthentication_required` unless you signed in, "
            "or confirmed that it is you (`/_allauth/app/v1/auth/reauthenticate`), within five minutes; 409 `token.too_many`."
        ),
        tags=["bots"],
        request=serializers.TokenCreateSerializer,
        responses={201: serializers.NewTokenSerializer},
    )
    def post(self, request: Request) -> Response:
        """The token is in this answer, and nowhere else."""
        user, now = signed_in_user(request), timezone.now()
        must_be_confirmed(session_of(request), now=now)
        asked = checked(serializers.TokenCreateSerializer, request)
        made, secret = token_create(
            owner=user, name=asked["name"], scopes=asked["scopes"], days=asked.get("days"), now=now
        )
        return Response(serializers.token(made) | {"token": secret}, status=status.HTTP_201_CREATED)


class TokenView(APIView):
    """`/me/tokens/<id>/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="token_revoke",
        summary="Take a token back",
        description="It opens nothing from this moment on. 404 `token.not_found`.",
        tags=["bots"],
        responses={204: None},
    )
    def delete(self, request: Request, token_id: int) -> Response:
        """One of my own."""
        token_revoke(owner=signed_in_user(request), token_id=token_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
