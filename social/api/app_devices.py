"""Apps that take push messages, over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from social.models import AppDevice
from social.selectors.push import app_devices
from social.services.app_devices import (
    NAME_MAX_LENGTH,
    TOKEN_MAX_LENGTH,
    VERSION_MAX_LENGTH,
    app_device_register,
    app_device_remove,
)
from spaces_project.lib.api.authentication import session_key_of
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class AppDeviceSerializer(serializers.Serializer[Any]):
    """An app that takes push messages."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(AppDevice.Kind.choices)
    name = serializers.CharField()
    app_version = serializers.CharField()
    is_current = serializers.BooleanField(help_text="Whether it was registered in this session.")
    created_at = serializers.DateTimeField(help_text="When it was last registered.")
    last_sent_at = serializers.DateTimeField(allow_null=True)


class AppDeviceRegisterSerializer(serializers.Serializer[Any]):
    """What the provider gave the app, and what it is called."""

    kind = serializers.ChoiceField(AppDevice.Kind.choices)
    token = serializers.CharField(max_length=TOKEN_MAX_LENGTH)
    name = serializers.CharField(
        max_length=NAME_MAX_LENGTH, required=False, allow_blank=True, default="", help_text="“Maya's phone”."
    )
    app_version = serializers.CharField(
        max_length=VERSION_MAX_LENGTH, required=False, allow_blank=True, default=""
    )


class AppDevicesView(APIView):
    """`/app-devices/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="app_devices_list",
        summary="List my apps that take push messages, the latest first",
        tags=["notifications"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(AppDeviceSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of apps."""
        pages = NewestFirst()
        mine = app_devices(signed_in_user(request))
        found: list[AppDevice] = pages.paginate_queryset(mine, request, self) or []
        return pages.get_paginated_response([_card(one, request) for one in found])

    @extend_schema(
        operation_id="app_devices_register",
        summary="Send my push messages to this app, too",
        description=(
            "With the token that FCM (Android) or APNs (iPhone, iPad) gave the app; do it at each start, since tokens change. "
            "An app belongs to whoever did this last, and goes with the session it was done in. What comes has `url`, the path "
            "on this site that it is about. 400 `push.token`; 409 `push.off` where this site has no credentials for that kind."
        ),
        tags=["notifications"],
        request=AppDeviceRegisterSerializer,
        responses={201: AppDeviceSerializer},
    )
    def post(self, request: Request) -> Response:
        """Register."""
        asked = checked(AppDeviceRegisterSerializer, request)
        device = app_device_register(
            user=signed_in_user(request), **asked, session_key=session_key_of(request), now=timezone.now()
        )
        return Response(_card(device, request), status=status.HTTP_201_CREATED)


class AppDeviceView(APIView):
    """`/app-devices/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="app_devices_remove",
        summary="Send nothing more to one of my apps",
        tags=["notifications"],
        responses={204: None},
    )
    def delete(self, request: Request, device_id: int) -> Response:
        """Unregister."""
        app_device_remove(user=signed_in_user(request), device_id=device_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _card(device: AppDevice, request: Request) -> dict[str, Any]:
    return {
        "id": str(device.pk),
        "kind": device.kind,
        "name": device.name,
        "app_version": device.app_version,
        "is_current": bool(device.session_key) and device.session_key == session_key_of(request),
        "created_at": device.created_at,
        "last_sent_at": device.last_sent_at,
    }
