"""How Spaces look in the API. Answers are plain dictionaries from selectors; these describe and check them."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from rooms.models import CameFrom, Invitation, Role, Space
from social.api.serializers import TicketCardSerializer


class StagePersonSerializer(PersonSerializer):
    """Somebody on stage."""

    role = serializers.ChoiceField(Role.choices)
    muted = serializers.BooleanField()
    present = serializers.BooleanField(help_text="Whether they are in the room now.")


class ListenerSerializer(PersonSerializer):
    """Somebody who listens."""

    joined_at = serializers.DateTimeField()
    is_following = serializers.BooleanField(help_text="Whether you follow them.")


class TopicSerializer(serializers.Serializer[Any]):
    """A subject that Spaces are found by."""

    slug = serializers.CharField()
    name = serializers.CharField()


class SpaceEditedSerializer(serializers.Serializer[Any]):
    """What host and co-hosts may change of a Space."""

    title = serializers.CharField()
    topics = TopicSerializer(many=True)
    description = serializers.CharField(allow_blank=True, help_text="Plain text; it may have line breaks.")
    language = serializers.ChoiceField(settings.SPACES_LANGUAGES)
    recording_wanted = serializers.BooleanField(help_text="Whether the host wants it recorded.")
    captions_wanted = serializers.BooleanField(help_text="Whether the host wants captions of what is said.")
    captions_masked = serializers.BooleanField(
        help_text="Whether offensive words in captions are masked; rough captions always are."
    )
    clips_allowed = serializers.BooleanField(help_text="Whether listeners may make clips of it.")
    rules = serializers.CharField(allow_blank=True, help_text="Plain text; it may have line breaks.")
    speak_policy = serializers.ChoiceField(Space.SpeakPolicy.choices)
    message_policy = serializers.ChoiceField(Space.MessagePolicy.choices)
    guests_allowed = serializers.BooleanField(help_text="Whether people without an account may listen.")
    strict_messages = serializers.BooleanField(
        help_text="Whether messages of new accounts wait for host or co-host."
    )
    locked = serializers.BooleanField(help_text="Whether nobody new gets in.")


class SpaceSerializer(SpaceEditedSerializer):
    """A Space."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(Space.State.choices)
    host = PersonSerializer()
    scheduled_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was announced for; null where it never was."
    )
    time_zone = serializers.CharField(allow_blank=True, help_text="The zone its host goes by.")
    series = serializers.CharField(allow_null=True, help_text="The series it belongs to, if any.")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.ChoiceField(Space.EndReason.choices, allow_blank=True)
    host_absent_until = serializers.DateTimeField(
        allow_null=True, help_text="While the host is away: when the Space ends by itself."
    )
    ticket = TicketCardSerializer(allow_null=True, help_text="Null where it costs nothing to come in.")


class ReplayNoteSerializer(serializers.Serializer[Any]):
    """What can be heard again of a Space."""

    title = serializers.CharField()
    duration_ms = serializers.IntegerField()
    plays = serializers.IntegerField(help_text="Listeners, each once a day.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When it goes; null where it is kept.")


class SpaceRowSerializer(SpaceSerializer):
    """A Space in a list."""

    listeners = serializers.IntegerField(help_text="How many listen now.")
    waiting = serializers.IntegerField(help_text="Scheduled: how many asked to be reminded.")
    blocked_on_stage = serializers.ListField(
        child=serializers.CharField(), help_text="Names of those on its stage whom you block, if it is live."
    )
    replay = ReplayNoteSerializer(allow_null=True, help_text="Null where there is none for you.")


class PinSerializer(serializers.Serializer[Any]):
    """A link or a few words in everybody's sight."""

    id = serializers.CharField()
    url = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)


class MyRequestSerializer(serializers.Serializer[Any]):
    """One's own request to speak."""

    pitch = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    before = serializers.IntegerField(help_text="How many have asked before.")


class MyInvitationSerializer(serializers.Serializer[Any]):
    """An invitation on stage, as the invited sees it."""

    role = serializers.ChoiceField(Invitation.ROLES)
    by = PersonSerializer()


class QueuedRequestSerializer(PersonSerializer):
    """Somebody who asks to speak."""

    pitch = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField()
    follower_count = serializers.IntegerField()
    times_spoken = serializers.IntegerField(help_text="In how many other Spaces they have been on stage.")


class SentInvitationSerializer(PersonSerializer):
    """Somebody who is invited and has not answered."""

    role = serializers.ChoiceField(Invitation.ROLES)
    by = serializers.CharField(help_text="Id of who invited them.")


class MyPlaceSerializer(serializers.Serializer[Any]):
    """What the asker is in the Space."""

    role = serializers.ChoiceField(Role.choices)
    muted = serializers.BooleanField()
    joined = serializers.BooleanField()
    connection = serializers.CharField(allow_blank=True)
    request = MyRequestSerializer(allow_null=True)
    invitation = MyInvitationSerializer(allow_null=True)
    can = serializers.ListField(
        child=serializers.CharField(), help_text="The actions of docs/permissions.md that the role allows."
    )


class RecordingCardSerializer(serializers.Serializer[Any]):
    """The sign that a Space is being recorded."""

    on = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    trouble = serializers.ChoiceField(
        ["disk_full", "storage", "no_recorder"],
        allow_blank=True,
        help_text="What keeps it from being recorded, if anything does.",
    )


class CaptionsCardSerializer(serializers.Serializer[Any]):
    """Whether what is said can be read along."""

    available = serializers.BooleanField(help_text="Whether there is a model for the Space's language.")
    rough = serializers.BooleanField(help_text="Whether the captions mishear a lot.")
    worker = serializers.ChoiceField(["absent", "starting", "on"], help_text="Whether somebody writes along.")


class SnapshotSerializer(serializers.Serializer[Any]):
    """All that a client draws the room from."""

    space = SpaceSerializer()
    stage = StagePersonSerializer(many=True)
    listeners = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Scheduled: how many asked to be reminded.")
    pins = PinSerializer(many=True)
    me = MyPlaceSerializer(allow_null=True)
    queue = QueuedRequestSerializer(many=True, allow_null=True, help_text="Null but for host and co-hosts.")
    invitations = SentInvitationSerializer(
        many=True, allow_null=True, help_text="Those without an answer. Null but for host and co-hosts."
    )
    blocked_words = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Null but for host and co-hosts."
    )
    captions = CaptionsCardSerializer()
    recording = RecordingCardSerializer()
    recording_consent = serializers.BooleanField(
        allow_null=True, help_text="Whether you let yourself be recorded here; null for guests."
    )
    seq = serializers.IntegerField(help_text="The newest event this snapshot has in it.")


class AudioSerializer(serializers.Serializer[Any]):
    """The way to the sound. Connect with the LiveKit SDK before `expires_at`, then send `audio.connected`."""

    url = serializers.CharField()
    token = serializers.CharField()
    room = serializers.CharField()
    identity = serializers.CharField()
    expires_at = serializers.DateTimeField()


class JoinedSerializer(serializers.Serializer[Any]):
    """What a join gives."""

    connection = serializers.CharField(
        help_text="Names this join; a later one of the same account replaces it."
    )
    role = serializers.ChoiceField(Role.choices)
    audio = AudioSerializer(allow_null=True, help_text="Null where this server has no audio.")
    snapshot = SnapshotSerializer()


class BubbleSerializer(serializers.Serializer[Any]):
    """A live Space with somebody on stage whom the asker follows."""

    space = serializers.UUIDField()
    title = serializers.CharField()
    people = PersonSerializer(many=True)
    others = serializers.IntegerField()
    listeners = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    blocked_on_stage = serializers.ListField(
        child=serializers.CharField(), help_text="Names of those on its stage whom you block."
    )


class JoinSerializer(serializers.Serializer[Any]):
    """How somebody wants to come in."""

    warn = serializers.BooleanField(
        default=False, help_text="Not while somebody is on stage whom I block: 409 `space.blocked_on_stage`."
    )
    came_from = serializers.ChoiceField(
        CameFrom.choices, default=CameFrom.OTHER, help_text="What led me here; counted for the host."
    )


class SeriesSerializer(serializers.Serializer[Any]):
    """How a Space comes again."""

    every = serializers.CharField(max_length=20, help_text="`week` or `month`.")
    until = serializers.CharField(
        max_length=20,
        default=None,
        allow_null=True,
        allow_blank=True,
        help_text="The last day it may come on (YYYY-MM-DD).",
    )


class SpaceStartSerializer(serializers.Serializer[Any]):
    """A Space to start now, or to announce. The service checks what is in the fields; here only their kinds."""

    title = serializers.CharField(max_length=1000, trim_whitespace=False, help_text="1–70 characters.")
    topics = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=50, default=list, help_text="Up to 3 slugs."
    )
    language = serializers.CharField(max_length=20, default="en")
    speak_policy = serializers.CharField(max_length=20, default=Space.SpeakPolicy.EVERYONE)
    rules = serializers.CharField(
        max_length=5000, default="", allow_blank=True, trim_whitespace=False, help_text="≤ 1,000 characters."
    )
    message_policy = serializers.CharField(max_length=20, default=Space.MessagePolicy.EVERYONE)
    guests_allowed = serializers.BooleanField(default=False)
    blocked_words = serializers.ListField(
        child=serializers.CharField(max_length=500),
        max_length=200,
        default=list,
        help_text="What no message may have in it: up to 50 words, 500 characters in all; `*` at the end of one for all that "
        "begin with it. Host and co-hosts see it, in the snapshot.",
    )
    strict_messages = serializers.BooleanField(
        default=False, help_text="Whether messages of new accounts wait for host or co-host."
    )
    description = serializers.CharField(
        max_length=5000, default="", allow_blank=True, trim_whitespace=False, help_text="≤ 500 characters."
    )
    recording_wanted = serializers.BooleanField(default=False)
    captions_wanted = serializers.BooleanField(default=True)
    captions_masked = serializers.BooleanField(default=True)
    clips_allowed = serializers.BooleanField(default=True)
    scheduled_at = serializers.CharField(
        max_length=200,
        required=False,
        allow_null=True,
        help_text="Announces it: a local time in `time_zone` (2027-03-28T18:00), or a time with its offset.",
    )
    time_zone = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Name in the IANA database."
    )
    fold = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="Of a local time that exists twice: `earlier` or `later`.",
    )
    cohosts = serializers.ListField(
        child=serializers.CharField(max_length=100),
        max_length=50,
        required=False,
        help_text="Announced ones: up to 2 handles of followers and people you follow.",
    )
    series = SeriesSerializer(required=False, allow_null=True)


class LeaveSerializer(serializers.Serializer[Any]):
    """Which join is left; without it, whichever is the newest."""

    connection = serializers.CharField(max_length=32, default="", allow_blank=True)


class ConnectionSerializer(serializers.Serializer[Any]):
    """The join that speaks."""

    connection = serializers.CharField(max_length=32)


class MayPublishSerializer(serializers.Serializer[Any]):
    """Whether the microphone may be published now."""

    may_publish = serializers.BooleanField()


class MicSerializer(serializers.Serializer[Any]):
    """One's own microphone."""

    muted = serializers.BooleanField()


class AcceptSerializer(serializers.Serializer[Any]):
    """Accepting the stage."""

    recording_consent = serializers.BooleanField(
        default=False, help_text="Whether one may be recorded; a recorded Space needs it."
    )


class RequestSerializer(AcceptSerializer):
    """Asking to speak. The services check texts; here only their kinds."""

    pitch = serializers.CharField(
        max_length=5000, default="", allow_blank=True, trim_whitespace=False, help_text="≤ 140 characters."
    )


class InviteSerializer(serializers.Serializer[Any]):
    """Whom to invite, and to what."""

    handle = serializers.CharField(max_length=100)
    role = serializers.CharField(
        max_length=20, default=Role.SPEAKER.value, help_text="`speaker` or `cohost`."
    )


class HandleSerializer(serializers.Serializer[Any]):
    """Whom the act is on."""

    handle = serializers.CharField(max_length=100)


class LockSerializer(serializers.Serializer[Any]):
    """Whether the Space is locked."""

    locked = serializers.BooleanField()


class SpaceEditSerializer(serializers.Serializer[Any]):
    """What is to change; what is left out stays. The last ones only before the start."""

    title = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, trim_whitespace=False, help_text="1–70 characters."
    )
    topics = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=50, required=False, help_text="Up to 3 slugs."
    )
    rules = serializers.CharField(
        max_length=5000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="≤ 1,000 characters.",
    )
    speak_policy = serializers.CharField(max_length=20, required=False)
    message_policy = serializers.CharField(max_length=20, required=False)
    guests_allowed = serializers.BooleanField(required=False)
    blocked_words = serializers.ListField(
        child=serializers.CharField(max_length=500, allow_blank=True),
        max_length=200,
        required=False,
        help_text="All words that no message may have in it; `*` at the end of one for all that begin with it.",
    )
    strict_messages = serializers.BooleanField(required=False)
    description = serializers.CharField(
        max_length=5000,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="≤ 500 characters.",
    )
    language = serializers.CharField(max_length=20, required=False)
    recording_wanted = serializers.BooleanField(required=False)
    captions_wanted = serializers.BooleanField(required=False)
    captions_masked = serializers.BooleanField(required=False)
    clips_allowed = serializers.BooleanField(required=False)
    scheduled_at = serializers.CharField(
        max_length=200, required=False, help_text="Moves it: as where it is announced. The host alone."
    )
    time_zone = serializers.CharField(max_length=200, required=False, allow_blank=True)
    fold = serializers.CharField(max_length=20, required=False, allow_blank=True)
    cohosts = serializers.ListField(
        child=serializers.CharField(max_length=100),
        max_length=50,
        required=False,
        help_text="All handles that are to be co-hosts or invited; the others are out. The host alone.",
    )


class SpaceCancelSerializer(serializers.Serializer[Any]):
    """What is called off."""

    following = serializers.BooleanField(
        default=False, help_text="Also those of its series after it, and the series."
    )


class PinAddSerializer(serializers.Serializer[Any]):
    """A link, a few words, or both."""

    url = serializers.CharField(max_length=5000, default="", allow_blank=True)
    title = serializers.CharField(
        max_length=5000, default="", allow_blank=True, help_text="≤ 120 characters."
    )


class RoleSerializer(serializers.Serializer[Any]):
    """What somebody is in the Space now."""

    role = serializers.ChoiceField(Role.choices)
