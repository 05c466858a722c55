"""How replays and clips look in the API. Answers are plain dictionaries; these describe and check them.

Times are of the replay, in milliseconds, unless they say otherwise.
"""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from recordings.models import Clip, Recording
from rooms.api.serializers import ReplayNoteSerializer


class LinkSerializer(serializers.Serializer[Any]):
    """An address that works for some hours without a session; it answers to `Range`."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class ChapterSerializer(serializers.Serializer[Any]):
    """A part of the replay."""

    starts_ms = serializers.IntegerField()
    title = serializers.CharField()


class ReplayRowSerializer(ReplayNoteSerializer):
    """A replay in a list."""

    space = serializers.UUIDField()
    host = PersonSerializer()
    ready_at = serializers.DateTimeField()


class ReplaySerializer(ReplayRowSerializer):
    """A replay, to be heard."""

    audio = LinkSerializer(help_text="MP3. When it has expired, ask for the replay again.")
    waveform = serializers.ListField(
        child=serializers.IntegerField(), help_text="Peaks from 0 to 100, up to 1,000, evenly over it."
    )
    chapters = ChapterSerializer(many=True)
    may_clip = serializers.BooleanField(help_text="Whether you may cut clips of it.")


class ReplayOwnSerializer(serializers.Serializer[Any]):
    """One's own replay, whatever its state."""

    space = serializers.UUIDField()
    state = serializers.ChoiceField([state for state in Recording.State.choices if state[0] != "deleted"])
    trouble = serializers.CharField(allow_blank=True, help_text="A stable code of what went wrong, or none.")
    progress = serializers.IntegerField(help_text="While it is made: how much is, in percent.")
    title = serializers.CharField()
    trimmed_ms = serializers.IntegerField(help_text="So much of the beginning of the recording is left out.")
    duration_ms = serializers.IntegerField(help_text="Without what is left out.")
    kept = serializers.BooleanField()
    expires_at = serializers.DateTimeField(allow_null=True)
    plays = serializers.IntegerField()


class ReplayEditSerializer(serializers.Serializer[Any]):
    """What to change; what is left out stays."""

    title = serializers.CharField(
        required=False, allow_blank=True, max_length=500, help_text='"" is the title of the Space.'
    )
    trimmed_ms = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    kept = serializers.BooleanField(
        required=False, help_text=f"Kept until you delete it, instead of {settings.SPACES_REPLAY_DAYS} days."
    )


class LineSerializer(serializers.Serializer[Any]):
    """What somebody said."""

    id = serializers.CharField()
    user = serializers.CharField(allow_null=True, help_text="Null once the account is gone.")
    name = serializers.CharField(help_text="The speaker's, as it was then.")
    starts_ms = serializers.IntegerField()
    ends_ms = serializers.IntegerField()
    text = serializers.CharField()


class ReplayMessageSerializer(serializers.Serializer[Any]):
    """What somebody wrote in the Space."""

    id = serializers.CharField()
    at_ms = serializers.IntegerField()
    name = serializers.CharField()
    text = serializers.CharField()


class ReplayReactionsSerializer(serializers.Serializer[Any]):
    """What was tapped within a few seconds."""

    at_ms = serializers.IntegerField()
    taps = serializers.DictField(child=serializers.IntegerField(), help_text="By kind: how often.")


class MomentsSerializer(serializers.Serializer[Any]):
    """What went on in the Space beside the voices."""

    messages = ReplayMessageSerializer(many=True)
    reactions = ReplayReactionsSerializer(many=True)


class DownloadSerializer(serializers.Serializer[Any]):
    """A file of one's own recording."""

    what = serializers.ChoiceField([("mix", "The whole"), ("track", "One speaker")])
    name = serializers.CharField(allow_blank=True, help_text="The speaker's.")
    starts_at_ms = serializers.IntegerField(help_text="In the time of the Space.")
    duration_ms = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    link = LinkSerializer()


class PlayedSerializer(serializers.Serializer[Any]):
    """What came of it."""

    counted = serializers.BooleanField(help_text="Whether it was your first of today.")


class SaidSerializer(serializers.Serializer[Any]):
    """A line that was found."""

    space = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the replay.")
    host = PersonSerializer()
    name = serializers.CharField(help_text="Who said it.")
    text = serializers.CharField()
    at_ms = serializers.IntegerField()


class ClipSerializer(serializers.Serializer[Any]):
    """A clip."""

    id = serializers.UUIDField()
    space = serializers.UUIDField()
    title = serializers.CharField(help_text="Of the Space.")
    by = PersonSerializer()
    host = PersonSerializer()
    caption = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField([state for state in Clip.State.choices if state[0] != "deleted"])
    progress = serializers.IntegerField(help_text="While it is made: how much is, in percent.")
    duration_ms = serializers.IntegerField()
    plays = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="Its page, to share.")
    video = serializers.CharField(allow_null=True, help_text="MP4; null until it is ready.")
    audio = serializers.CharField(allow_null=True, help_text="MP3.")
    poster = serializers.CharField(allow_null=True, help_text="JPEG.")


class ClipCreateSerializer(serializers.Serializer[Any]):
    """What to cut out."""

    starts_ms = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=2**31 - 1,
        help_text="From where of the replay; left out, what was just said in a Space that is live.",
    )
    caption = serializers.CharField(max_length=1000, allow_blank=True, default="")
