"""Webhooks over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from integrations.api import serializers
from integrations.selectors import deliveries_of, webhook_of, webhooks_of
from integrations.services import webhooks
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class WebhooksView(APIView):
    """`/me/webhooks/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="webhooks_list",
        summary="See my webhooks",
        tags=["bots"],
        responses=serializers.WebhooksSerializer,
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        rows = webhooks_of(signed_in_user(request))
        return Response({"results": [serializers.webhook(one) for one in rows]})

    @extend_schema(
        operation_id="webhook_create",
        summary="Have an address told of what happens to my Spaces",
        description="How events look and are signed: docs/api.md. 400 `invalid`; 409 `webhook.too_many`.",
        tags=["bots"],
        request=serializers.WebhookCreateSerializer,
        responses={201: serializers.NewWebhookSerializer},
    )
    def post(self, request: Request) -> Response:
        """The secret is in this answer, and nowhere else."""
        asked = checked(serializers.WebhookCreateSerializer, request)
        made = webhooks.webhook_create(
            owner=signed_in_user(request), url=asked["url"], kinds=asked["kinds"], now=timezone.now()
        )
        body = serializers.webhook(made) | {"secret": made.secret}
        return Response(body, status=status.HTTP_201_CREATED)


class WebhookView(APIView):
    """`/me/webhooks/<id>/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="webhook_get",
        summary="See one of my webhooks",
        description="404 `webhook.not_found`.",
        tags=["bots"],
        responses=serializers.WebhookSerializer,
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        """One of my own."""
        return Response(serializers.webhook(webhook_of(signed_in_user(request), webhook_id)))

    @extend_schema(
        operation_id="webhook_change",
        summary="Change a webhook, turn it off or on",
        description="What is left out stays. Turned off, what waits is given up. 400 `invalid`; 404 `webhook.not_found`.",
        tags=["bots"],
        request=serializers.WebhookChangeSerializer,
        responses=serializers.WebhookSerializer,
    )
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Change what was sent."""
        asked = checked(serializers.WebhookChangeSerializer, request)
        changed = webhooks.webhook_change(
            owner=signed_in_user(request), webhook_id=webhook_id, now=timezone.now(), **asked
        )
        return Response(serializers.webhook(changed))

    @extend_schema(
        operation_id="webhook_delete",
        summary="Delete a webhook and its log",
        description="404 `webhook.not_found`.",
        tags=["bots"],
        responses={204: None},
    )
    def delete(self, request: Request, webhook_id: int) -> Response:
        """One of my own."""
        webhooks.webhook_delete(owner=signed_in_user(request), webhook_id=webhook_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookPingView(APIView):
    """`/me/webhooks/<id>/ping/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="webhook_ping",
        summary="Send a test to a webhook",
        description="What became of it stands in its log. 404 `webhook.not_found`; 409 `webhook.off`; 429 `too_many`.",
        tags=["bots"],
        request=None,
        responses={202: serializers.WebhookDeliverySerializer},
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        """It is sent in a moment."""
        row = webhooks.webhook_ping(owner=signed_in_user(request), webhook_id=webhook_id, now=timezone.now())
        return Response(serializers.delivery(row), status=status.HTTP_202_ACCEPTED)


class WebhookDeliveriesView(APIView):
    """`/me/webhooks/<id>/deliveries/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="webhook_deliveries_list",
        summary="See what was sent to a webhook",
        description="Kept for two weeks. 404 `webhook.not_found`.",
        tags=["bots"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.WebhookDeliverySerializer),
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        """The newest first."""
        pages = NewestFirst()
        rows = pages.paginate_queryset(
            deliveries_of(webhook_of(signed_in_user(request), webhook_id)), request, view=self
        )
        return pages.get_paginated_response([serializers.delivery(one) for one in rows or ()])


class WebhookDeliveryAgainView(APIView):
    """`/me/webhook-deliveries/<id>/again/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="webhook_send_again",
        summary="Send an event to a webhook once more",
        description="Under the same `webhook-id`. 404 `webhook.not_found`; 409 `webhook.off`; 429 `too_many`.",
        tags=["bots"],
        request=None,
        responses={202: serializers.WebhookDeliverySerializer},
    )
    def post(self, request: Request, delivery_id: int) -> Response:
        """It is sent in a moment."""
        row = webhooks.webhook_send_again(
            owner=signed_in_user(request), delivery_id=delivery_id, now=timezone.now()
        )
        return Response(serializers.delivery(row), status=status.HTTP_202_ACCEPTED)
