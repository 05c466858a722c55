"""Inviting people on stage over REST, and their answers."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_by_handle
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.services import invitations


class SpaceInvitationsView(SpaceView):
    """`/spaces/{id}/invitations/`"""

    @extend_schema(
        operation_id="stage_invite",
        summary="Invite somebody to speak or to be a co-host",
        description=(
            "People in the room, and followers outside of it. Co-hosts are invited by the host alone (403 "
            "`space.not_host`). 409 `stage.already_on_stage`, `stage.cannot_invite`."
        ),
        tags=["stage"],
        request=serializers.InviteSerializer,
        responses=serializers.SentInvitationSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Invite somebody to speak or to be a co-host."""
        asked = checked(serializers.InviteSerializer, request)
        found = invitations.stage_invite(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(asked["handle"]),
            role=asked["role"],
            now=timezone.now(),
        )
        return Response(serializers.SentInvitationSerializer(selectors.invitation_card(found)).data)


class SpaceInvitationView(SpaceView):
    """`/spaces/{id}/invitations/{handle}/`"""

    @extend_schema(
        operation_id="stage_invite_withdraw",
        summary="Take an invitation back",
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Take an invitation back."""
        invitations.stage_invite_withdraw(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyInvitationAcceptView(SpaceView):
    """`/spaces/{id}/invitations/mine/accept/`"""

    @extend_schema(
        operation_id="stage_invite_accept",
        summary="Come on stage as invited",
        description=(
            "Who is outside joins first (409 `space.not_joined`). 409 `stage.not_invited`, `stage.full`, "
            "`stage.cohosts_full`; `recording.consent_missing` where it is recorded, or will be."
        ),
        tags=["stage"],
        request=serializers.AcceptSerializer,
        responses=serializers.RoleSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Come on stage as invited."""
        asked = checked(serializers.AcceptSerializer, request)
        found = invitations.stage_invite_accept(
            space=self.space(request, space_id),
            user=signed_in_user(request),
            **asked,
            now=timezone.now(),
        )
        return Response({"role": found.role})


class MyInvitationDeclineView(SpaceView):
    """`/spaces/{id}/invitations/mine/decline/`"""

    @extend_schema(
        operation_id="stage_invite_decline",
        summary="Say no to an invitation",
        description=("409 `stage.not_invited`."),
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Say no to an invitation."""
        invitations.stage_invite_decline(
            space=self.space(request, space_id),
            user=signed_in_user(request),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
