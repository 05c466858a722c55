"""Browsers that take push messages, over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.templatetags.ui import device_name
from social.models import PushSubscription
from social.selectors.push import fingerprint, push_devices
from social.services.push import DEVICE_MAX_LENGTH, push_subscribe, push_unsubscribe
from social.webpush import keys
from spaces_project.lib.addresses import MAX_LENGTH
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class PushSubscriptionSerializer(serializers.Serializer[Any]):
    """A browser that takes push messages."""

    id = serializers.CharField()
    device = serializers.CharField(help_text='"Firefox on Windows".')
    fingerprint = serializers.CharField(
        help_text="SHA-256 of its endpoint, in hexadecimal: by it a browser knows itself."
    )
    created_at = serializers.DateTimeField()
    last_sent_at = serializers.DateTimeField(allow_null=True)


class PushKeysSerializer(serializers.Serializer[Any]):
    """`keys` of a PushSubscription in the browser."""

    p256dh = serializers.CharField(max_length=120)
    auth = serializers.CharField(max_length=40)


class PushSubscribeSerializer(serializers.Serializer[Any]):
    """What `PushSubscription.toJSON()` gives, with a name for the device."""

    endpoint = serializers.CharField(max_length=MAX_LENGTH)
    keys = PushKeysSerializer()
    device = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=DEVICE_MAX_LENGTH,
        help_text="If it is left out, what the User-Agent header says.",
    )


class PushKeySerializer(serializers.Serializer[Any]):
    """The key to subscribe with."""

    key = serializers.CharField(help_text='`applicationServerKey`, base64url; "" where push is off.')


def card(subscription: PushSubscription) -> dict[str, Any]:
    """A browser as the API shows it to its owner."""
    return {
        "id": str(subscription.pk),
        "device": subscription.device,
        "fingerprint": fingerprint(subscription),
        "created_at": subscription.created_at,
        "last_sent_at": subscription.last_sent_at,
    }


class PushSubscriptionsView(APIView):
    """`/push-subscriptions/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="push_subscriptions_list",
        summary="List my browsers that take push messages, the latest first",
        tags=["notifications"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(PushSubscriptionSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of browsers."""
        pages = NewestFirst()
        page: list[PushSubscription] = (
            pages.paginate_queryset(push_devices(signed_in_user(request)), request, self) or []
        )
        return pages.get_paginated_response(
            PushSubscriptionSerializer([card(found) for found in page], many=True).data
        )

    @extend_schema(
        operation_id="push_subscriptions_create",
        summary="Send my push messages to this browser, too",
        description=(
            "A browser belongs to whoever did this last; done twice it is done once. 400 `push.endpoint` for anything but "
            "a public https address, `push.keys`; 409 `push.off`; 429 `too_many`."
        ),
        tags=["notifications"],
        request=PushSubscribeSerializer,
        responses={201: PushSubscriptionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Subscribe."""
        asked = checked(PushSubscribeSerializer, request)
        subscription = push_subscribe(
            user=signed_in_user(request),
            endpoint=asked["endpoint"],
            p256dh=asked["keys"]["p256dh"],
            auth=asked["keys"]["auth"],
            device=asked.get("device") or device_name(request.headers.get("User-Agent", "")),
            now=timezone.now(),
        )
        return Response(PushSubscriptionSerializer(card(subscription)).data, status=status.HTTP_201_CREATED)


class PushSubscriptionView(APIView):
    """`/push-subscriptions/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="push_subscriptions_delete",
        summary="Send nothing more to one of my browsers",
        tags=["notifications"],
        responses={204: None},
    )
    def delete(self, request: Request, subscription_id: int) -> Response:
        """Unsubscribe."""
        push_unsubscribe(user=signed_in_user(request), subscription_id=subscription_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PushKeyView(APIView):
    """`/push-subscriptions/key/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="push_subscriptions_key",
        summary="Get the key that a browser subscribes with",
        tags=["notifications"],
        responses=PushKeySerializer,
    )
    def get(self, request: Request) -> Response:
        """The site's public key."""
        return Response({"key": keys.public_key()})
