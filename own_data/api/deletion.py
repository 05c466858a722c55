"""The end of one's account, over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from integrations.confirmed import must_be_confirmed
from own_data.links import keep_linked
from own_data.services.deletions import deletion_ask, deletion_withdraw
from spaces_project.lib.api.authentication import session_of
from spaces_project.lib.api.input import checked


class DeletionAskSerializer(serializers.Serializer[Any]):
    """That I mean it."""

    handle = serializers.CharField(max_length=100, help_text="My handle, so that nobody does it by a slip.")


class DeletionSerializer(serializers.Serializer[Any]):
    """When my account goes."""

    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="Until then it can be kept.")


class KeepSerializer(serializers.Serializer[Any]):
    """The proof that it is mine."""

    token = serializers.CharField(
        max_length=300,
        help_text="The last part of the `url` of a refused sign-in, or of the link in the e-mail.",
    )


class KeptSerializer(serializers.Serializer[Any]):
    """An account that stays."""

    handle = serializers.CharField()


class MyDeletionView(APIView):
    """`/me/deletion/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_delete",
        summary="Delete my account",
        description=(
            "It is closed at once: all sessions end, this one as well, and others do not see me any more; live Spaces end, "
            "announced ones are cancelled and paid back. After 14 days it is gone; until then a sign-in is refused with 403 "
            "`account.leaving` and the `url` of the way back. 400 `deletion.handle`; 403 `reauthentication_required` unless "
            "you signed in, or confirmed that it is you (`/_allauth/app/v1/auth/reauthenticate`), within five minutes; 409 "
            "`deletion.last_of_staff`."
        ),
        tags=["me"],
        request=DeletionAskSerializer,
        responses={202: DeletionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Ask for it."""
        user, now = signed_in_user(request), timezone.now()
        must_be_confirmed(session_of(request), now=now)
        asked = checked(DeletionAskSerializer, request)
        deletion = deletion_ask(user=user, handle=asked["handle"], now=now)
        said = {"asked_at": deletion.asked_at, "due_at": deletion.due_at}
        return Response(said, status=status.HTTP_202_ACCEPTED)


class AccountKeepsView(APIView):
    """`/account-keeps/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="account_keep",
        summary="Keep an account that is about to be deleted",
        description="Then sign in as before. 404 `deletion.not_found`; 409 `deletion.too_late`.",
        tags=["me"],
        request=KeepSerializer,
        responses=KeptSerializer,
    )
    def post(self, request: Request) -> Response:
        """For whoever cannot sign in and has changed their mind."""
        deletion = keep_linked(checked(KeepSerializer, request)["token"])
        user = deletion_withdraw(deletion=deletion, now=timezone.now())
        return Response({"handle": user.handle})
