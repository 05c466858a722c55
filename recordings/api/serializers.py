"""Recordings as the API shows them."""

from typing import Any

from rest_framework import serializers

from recordings.models import Recording
from rooms.api.serializers import RecordingCardSerializer


class RecordingSerializer(serializers.Serializer[Any]):
    """The recording of a Space, as far as its reader may know."""

    recording = RecordingCardSerializer()
    state = serializers.ChoiceField(
        [("none", "Nothing was ever recorded"), *Recording.State.choices],
        help_text="processing: the replay is being made; ready: it can be heard.",
    )
    has_part = serializers.BooleanField(help_text="Whether something that you said is in it.")
    duration_ms = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it will be deleted, if ever.")
    kept = serializers.BooleanField(help_text="Whether the host keeps it beyond its days.")
    progress = serializers.IntegerField(allow_null=True, help_text="Percent of the mix; the host's alone.")
    trouble = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        help_text="What is wrong: disk_full, storage, no_recorder, empty, mix_failed; the host's alone.",
    )
    size_bytes = serializers.IntegerField(allow_null=True, help_text="Of the mix; the host's alone.")
