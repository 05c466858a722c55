"""How tokens look in the API."""

from typing import Any

from rest_framework import serializers

from integrations.models import ApiToken
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
