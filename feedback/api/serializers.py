"""Feedback and the list, as the API shows them."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from accounts.selectors import person_card
from feedback.models import (
    PAGE_MAX_LENGTH,
    TITLE_MAX_LENGTH,
    VERSION_MAX_LENGTH,
    Feedback,
    FeedbackState,
    ItemState,
    Kind,
)


class RoadmapItemSerializer(serializers.Serializer[Any]):
    """Something that is planned, in work or shipped."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(ItemState.choices)
    vote_count = serializers.IntegerField()
    voted = serializers.BooleanField(help_text="Whether I have voted for it.")
    takes_votes = serializers.BooleanField()
    shipped_at = serializers.DateTimeField(allow_null=True)


class RoadmapSerializer(serializers.Serializer[Any]):
    """The list."""

    results = RoadmapItemSerializer(many=True)


class FeedbackSerializer(serializers.Serializer[Any]):
    """Something that I said."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    text = serializers.CharField()
    page = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(FeedbackState.choices)
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    item = serializers.IntegerField(
        allow_null=True, source="item_id", help_text="The item of the list that it is part of."
    )
    created_at = serializers.DateTimeField()


class StaffFeedbackSerializer(FeedbackSerializer):
    """What somebody said, for staff."""

    author = PersonSerializer()


class FeedbackCreateSerializer(serializers.Serializer[Any]):
    """What to say. Tell the person what is sent along."""

    kind = serializers.ChoiceField(Kind.choices)
    text = serializers.CharField(
        max_length=2 * settings.FEEDBACK_MAX_LENGTH,
        help_text=f"Up to {settings.FEEDBACK_MAX_LENGTH} characters.",
    )
    page = serializers.CharField(
        max_length=PAGE_MAX_LENGTH,
        allow_blank=True,
        default="",
        help_text="The path they were on; anything else is left out.",
    )
    version = serializers.CharField(
        max_length=VERSION_MAX_LENGTH, allow_blank=True, default="", help_text="Of the app."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """What staff say to it."""

    state = serializers.ChoiceField([one for one in FeedbackState.choices if one[0] != FeedbackState.NEW])
    answer = serializers.CharField(
        max_length=2 * settings.FEEDBACK_ANSWER_MAX_LENGTH,
        allow_blank=True,
        default="",
        help_text="The person reads it; needed for `answered` and `declined`.",
    )


class ItemCreateSerializer(serializers.Serializer[Any]):
    """A new item of the list."""

    title = serializers.CharField(max_length=TITLE_MAX_LENGTH)
    text = serializers.CharField(max_length=settings.FEEDBACK_MAX_LENGTH, allow_blank=True, default="")
    state = serializers.ChoiceField(ItemState.choices, default=ItemState.PLANNED)


class ItemEditSerializer(serializers.Serializer[Any]):
    """What to change of an item; what is left out stays."""

    title = serializers.CharField(max_length=TITLE_MAX_LENGTH, required=False)
    text = serializers.CharField(max_length=settings.FEEDBACK_MAX_LENGTH, allow_blank=True, required=False)
    state = serializers.ChoiceField(ItemState.choices, required=False)


class MergeSerializer(serializers.Serializer[Any]):
    """What says the same."""

    feedback = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=100
    )


class MergedSerializer(serializers.Serializer[Any]):
    """What came of it."""

    merged = serializers.IntegerField(help_text="How many were not part of the item before.")


def staff_row(feedback: Feedback) -> Any:
    """A row of the queue."""
    shown = FeedbackSerializer(feedback).data
    return shown | {"author": person_card(feedback.author)}
