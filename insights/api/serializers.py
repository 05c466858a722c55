"""What hosts and staff read of figures, as the API shows it."""

from typing import Any

from rest_framework import serializers

from insights.measures import FROM, Measure, SpaceMeasure


def _number(measure: Measure | SpaceMeasure) -> serializers.IntegerField:
    return serializers.IntegerField(help_text=f"{measure.label}.")


class SpaceFiguresSerializer(serializers.Serializer[Any]):
    """What there was of a Space, or of several together. The host's own time and coming does not count."""

    people = _number(SpaceMeasure.PEOPLE)
    guests = serializers.IntegerField(help_text="Guests whose client has told of them.")
    listened_seconds = serializers.IntegerField(
        help_text="What people with an account spent in it, together."
    )
    followers = serializers.IntegerField(help_text="People who began to follow the host while it was on air.")
    came_from = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many came in by which way first: " + ", ".join(f"`{way}`" for way in FROM) + ".",
    )


class MinuteSerializer(serializers.Serializer[Any]):
    """A minute of a Space."""

    minute = serializers.DateTimeField(help_text="When it begins.")
    listeners = serializers.IntegerField(help_text="How many were listening, guests among them.")


class EarnedSerializer(serializers.Serializer[Any]):
    """What a Space brought in one currency, from the ledger; minor units."""

    currency = serializers.CharField()
    earned = serializers.IntegerField(help_text="Of tickets and tips, after fees and what was paid back.")
    sold = serializers.IntegerField(help_text="Tickets.")
    tips = serializers.IntegerField()


class SpaceInsightsSerializer(serializers.Serializer[Any]):
    """All there is of one Space."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null while it is live.")
    figures = SpaceFiguresSerializer()
    peak_listeners = serializers.IntegerField(help_text="The most at once, guests among them.")
    minutes = MinuteSerializer(many=True)
    replays = serializers.IntegerField(help_text="How often its replay was heard.")
    clips = serializers.IntegerField(help_text="Clips that there are of it.")
    clip_plays = serializers.IntegerField()
    earned = EarnedSerializer(many=True, allow_null=True, help_text="The host's alone: null for co-hosts.")


class InsightsSpaceSerializer(serializers.Serializer[Any]):
    """A Space in the list."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    is_host = serializers.BooleanField(help_text="False where I was its co-host.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    peak_listeners = serializers.IntegerField()
    figures = SpaceFiguresSerializer(
        allow_null=True, help_text="Null until about a minute after its end: ask for the Space itself."
    )


class HostOverviewSerializer(serializers.Serializer[Any]):
    """Spaces that I host, together: of the last 28 days, and of the 28 before."""

    spaces = serializers.IntegerField()
    spaces_before = serializers.IntegerField()
    figures = SpaceFiguresSerializer()
    before = SpaceFiguresSerializer()


class DaySerializer(serializers.Serializer[Any]):
    """A day (UTC), with each figure that was counted."""

    day = serializers.DateField()
    figures = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="By name: " + ", ".join(f"`{measure.value}`" for measure in Measure) + ".",
    )


class CohortSerializer(serializers.Serializer[Any]):
    """Those who signed up in one week."""

    week = serializers.DateField(help_text="Its Monday.")
    size = serializers.IntegerField()
    active = serializers.ListField(
        child=serializers.IntegerField(allow_null=True),
        help_text="How many of them were here in that week, and in each one after it; null: not counted (yet).",
    )


class TrendSerializer(serializers.Serializer[Any]):
    """On the way to the goal."""

    goal = serializers.IntegerField(help_text="People a month.")
    month = serializers.IntegerField(help_text="People within the last 30 days.")
    before = serializers.IntegerField(allow_null=True, help_text="The same, 28 days earlier.")
    reached_in_days = serializers.IntegerField(
        allow_null=True, help_text="At this pace; null where it does not lead there."
    )


class ProductSerializer(serializers.Serializer[Any]):
    """How the product is doing."""

    today = serializers.IntegerField(help_text="People who were here today, so far.")
    trend = TrendSerializer()
    days = DaySerializer(many=True)
    cohorts = CohortSerializer(many=True)


def space_figures(figures: Any) -> dict[str, Any]:
    """Figures by their names, with the ways in one place."""
    shown: dict[str, Any] = {
        measure.value: figures.get(measure, 0)
        for measure in (
            SpaceMeasure.PEOPLE,
            SpaceMeasure.GUESTS,
            SpaceMeasure.LISTENED_SECONDS,
            SpaceMeasure.FOLLOWERS,
        )
    }
    return shown | {"came_from": {way: figures.get(measure, 0) for way, measure in FROM.items()}}
