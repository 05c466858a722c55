"""How a Space looks in answers about something else."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PersonSerializer


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
