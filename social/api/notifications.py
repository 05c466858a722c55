"""Notifications over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from social.models import Channel, Kind, Notification
from social.notification_words import notification_card
from social.selectors import notifications as selectors
from social.selectors.notifications import Wishes
from social.services.notifications import notification_read, notifications_seen, preferences_update
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class NotificationSerializer(serializers.Serializer[Any]):
    """Something you were told."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    event = serializers.CharField(help_text='What happened within the kind ("soon", "moved"); may be "".')
    title = serializers.CharField(help_text="What happened, in a line.")
    text = serializers.CharField(help_text='About what; may be "".')
    url = serializers.CharField(help_text="The path on this site that it leads to.")
    actor = PersonSerializer(allow_null=True, help_text="Who did it.")
    space = serializers.UUIDField(allow_null=True, help_text="Id of the Space it is about.")
    created_at = serializers.DateTimeField()
    read = serializers.BooleanField(help_text="Whether you have opened it.")


class WishesSerializer(serializers.Serializer[Any]):
    """By which channels you want one kind."""

    kind = serializers.ChoiceField(Kind.choices)
    label = serializers.CharField(help_text="The kind in words.")  # type: ignore[assignment]  # the name is the API's
    in_app = serializers.BooleanField(help_text="Messages are shown as conversations: always false there.")
    email = serializers.BooleanField()
    push = serializers.BooleanField()


class WishesChangeSerializer(serializers.Serializer[Any]):
    """What to change of one kind; what is left out stays."""

    kind = serializers.ChoiceField(Kind.choices)
    in_app = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)
    push = serializers.BooleanField(required=False)


class NotificationsView(APIView):
    """`/notifications/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="notifications_list",
        summary="List what I was told, the latest first",
        tags=["notifications"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(NotificationSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of notifications."""
        pages = NewestFirst()
        found = selectors.notifications_of(signed_in_user(request))
        page: list[Notification] = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response([notification_card(one) for one in page])


class NotificationsSeenView(APIView):
    """`/notifications/seen/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="notifications_seen",
        summary="Say that my notifications are on screen",
        description="The number on the bell is 0 then, on all devices. Done twice it is done once.",
        tags=["notifications"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """All that came until now was seen."""
        notifications_seen(user=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class NotificationReadView(APIView):
    """`/notifications/{id}/read/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="notifications_read",
        summary="Say that I have opened a notification",
        description="What was not sent of it by e-mail or push is not sent. Done twice it is done once.",
        tags=["notifications"],
        request=None,
        responses=NotificationSerializer,
    )
    def post(self, request: Request, notification_id: int) -> Response:
        """One was read."""
        user = signed_in_user(request)
        read = notification_read(user=user, notification_id=notification_id, now=timezone.now())
        return Response(notification_card(read))


class NotificationPreferencesView(APIView):
    """`/notifications/preferences/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="notifications_preferences",
        summary="List by which channels I want each kind",
        tags=["notifications"],
        responses=WishesSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """All kinds."""
        return Response(_rows(selectors.wishes_of(signed_in_user(request))))

    @extend_schema(
        operation_id="notifications_preferences_update",
        summary="Choose by which channels I want a kind",
        tags=["notifications"],
        request=WishesChangeSerializer,
        responses=WishesSerializer(many=True),
    )
    def patch(self, request: Request) -> Response:
        """Change one kind; the answer has all."""
        change = checked(WishesChangeSerializer, request)
        changes = {
            change.pop("kind"): {channel: change[channel] for channel in Channel.values if channel in change}
        }
        return Response(_rows(preferences_update(user=signed_in_user(request), changes=changes)))


def _rows(wishes: dict[str, Wishes]) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "label": one.label, "in_app": one.in_app, "email": one.email, "push": one.push}
        for one in wishes.values()
    ]
