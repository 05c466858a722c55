"""How a Space looks in answers about something else."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PersonSerializer


class TicketCardSerializer(serializers.Serializer[Any]):
    """What a ticket for a Space costs."""

    amount = serializers.IntegerField(help_text="In minor units: cents.")
    currency = serializers.CharField(help_text="ISO 4217, lower case.")
    price = serializers.CharField(help_text="The price in words: `$5.00`.")
    words = serializers.CharField(help_text="What stands on a card: `$5 ticket`.")


class SpaceCardSerializer(serializers.Serializer[Any]):
    """A Space in short."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="scheduled, live, ended, cancelled or expired.")
    host = PersonSerializer()
    url = serializers.CharField(help_text="Its page on this site.")
    scheduled_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    has_replay = serializers.BooleanField(help_text="Whether it can be heard again.")
    ticket = TicketCardSerializer(allow_null=True, help_text="Null where it costs nothing to come in.")
