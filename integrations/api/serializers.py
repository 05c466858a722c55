"""How tokens and webhooks look in the API."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from integrations.models import ApiToken, Kind, Webhook, WebhookDelivery
from integrations.scopes import SCOPES


class TokenSerializer(serializers.Serializer[Any]):
    """One of my tokens; the token itself is shown when it is made, and never again."""

    id = serializers.CharField()
    name = serializers.CharField()
    hint = serializers.CharField(help_text="How it begins.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(SCOPES)))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: not before it is taken back.")
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="Within five minutes; null: never yet."
    )


class NewTokenSerializer(TokenSerializer):
    """A token that was just made."""

    token = serializers.CharField(help_text="Send it as `Authorization: Bearer …`. It is not shown again.")


class TokensSerializer(serializers.Serializer[Any]):
    """All of my tokens."""

    results = TokenSerializer(many=True)


class TokenCreateSerializer(serializers.Serializer[Any]):
    """A token to be."""

    name = serializers.CharField(trim_whitespace=False, help_text="1 to 50 characters, for yourself.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="What it may do: docs/api.md.")
    days = serializers.IntegerField(
        required=False, allow_null=True, help_text="For so many days; left out: until it is taken back."
    )


class WebhookSerializer(serializers.Serializer[Any]):
    """One of my webhooks."""

    id = serializers.CharField()
    url = serializers.CharField()
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=[kind.value for kind in Kind if kind != Kind.PING]),
        help_text="What it is told of.",
    )
    is_on = serializers.BooleanField()
    off_reason = serializers.CharField(help_text='Why it was turned off by itself; "" otherwise.')
    created_at = serializers.DateTimeField()
    last_ok_at = serializers.DateTimeField(allow_null=True, help_text="When it last took something.")


class NewWebhookSerializer(WebhookSerializer):
    """A webhook that was just made."""

    secret = serializers.CharField(help_text="What its events are signed with. It is not shown again.")


class WebhooksSerializer(serializers.Serializer[Any]):
    """All of my webhooks."""

    results = WebhookSerializer(many=True)


class WebhookCreateSerializer(serializers.Serializer[Any]):
    """A webhook to be."""

    url = serializers.CharField(help_text="An https address on the internet.")
    kinds = serializers.ListField(child=serializers.CharField(), help_text="What it is told of: docs/api.md.")


class WebhookChangeSerializer(serializers.Serializer[Any]):
    """What can be changed; what is left out stays."""

    url = serializers.CharField(required=False)
    kinds = serializers.ListField(child=serializers.CharField(), required=False)
    is_on = serializers.BooleanField(required=False)


class WebhookDeliverySerializer(serializers.Serializer[Any]):
    """One event on its way to a webhook, or past it."""

    id = serializers.CharField()
    event = serializers.UUIDField(help_text="`webhook-id` of the request.")
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    state = serializers.ChoiceField(choices=[state.value for state in WebhookDelivery.State])
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="Of the last answer; null without one.")
    ms = serializers.IntegerField(allow_null=True, help_text="Milliseconds that the last attempt took.")
    error = serializers.CharField(help_text="Why there was no answer.")
    due_at = serializers.DateTimeField(help_text="When it is sent next, while it waits.")
    created_at = serializers.DateTimeField()


def token(row: ApiToken) -> dict[str, Any]:
    """What TokenSerializer describes."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "hint": row.hint,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
    }


def webhook(row: Webhook) -> dict[str, Any]:
    """What WebhookSerializer describes."""
    return {
        "id": str(row.pk),
        "url": row.url,
        "kinds": row.kinds,
        "is_on": row.is_on,
        "off_reason": gettext(row.off_reason) if row.off_reason else "",
        "created_at": row.created_at,
        "last_ok_at": row.last_ok_at,
    }


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    """What WebhookDeliverySerializer describes."""
    return {
        "id": str(row.pk),
        "event": row.event_id,
        "kind": row.kind,
        "state": row.state,
        "attempts": row.attempts,
        "status": row.status,
        "ms": row.ms,
        "error": row.error,
        "due_at": row.due_at,
        "created_at": row.created_at,
    }
