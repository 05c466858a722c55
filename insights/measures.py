"""What is counted: of each day, and of each Space. The values are kept in rows: none changes its meaning."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models import CameFrom


class Measure(models.TextChoices):
    """A figure of a day (UTC). `active_*`: people who were here on that day, on the 7, on the 30 days that end with it."""

    ACTIVE_DAY = "active_day", _("Active that day")
    ACTIVE_WEEK = "active_week", _("Active within 7 days")
    ACTIVE_MONTH = "active_month", _("Active within 30 days")
    SIGN_UPS = "sign_ups", _("New accounts")
    SPACES_HELD = "spaces_held", _("Spaces started")
    LISTENERS = "listeners", _("People who listened")
    LISTENED_SECONDS = "listened_seconds", _("Seconds listened")
    BUBBLE_SEEN = "bubble_seen", _("Saw a bubble")
    BUBBLE_TAPPED = "bubble_tapped", _("Tapped it")
    BUBBLE_JOINED = "bubble_joined", _("Were let in")
    BUBBLE_HEARD = "bubble_heard", _("Heard sound")
    JOINS = "joins", _("Joins that clients reported")
    JOINS_HEARD = "joins_heard", _("Of these with sound")
    SOUND_P50_MS = "sound_p50_ms", _("First sound: the median, in ms")
    SOUND_P75_MS = "sound_p75_ms", _("First sound: three of four within, in ms")
    SOUND_P95_MS = "sound_p95_ms", _("First sound: 19 of 20 within, in ms")


# Spans that end with a day, in days.
SPANS: dict[Measure, int] = {Measure.ACTIVE_DAY: 1, Measure.ACTIVE_WEEK: 7, Measure.ACTIVE_MONTH: 30}
PERCENTILES: dict[Measure, float] = {
    Measure.SOUND_P50_MS: 0.5,
    Measure.SOUND_P75_MS: 0.75,
    Measure.SOUND_P95_MS: 0.95,
}
FUNNEL = (Measure.BUBBLE_SEEN, Measure.BUBBLE_TAPPED, Measure.BUBBLE_JOINED, Measure.BUBBLE_HEARD)


class SpaceMeasure(models.TextChoices):
    """A figure of a Space. `from_*`: how many came in by that way first, guests among them; hosts never count."""

    PEOPLE = "people", _("People with an account")
    GUESTS = "guests", _("Guests")
    LISTENED_SECONDS = "listened_seconds", _("Seconds listened")
    FOLLOWERS = "followers", _("New followers")
    FROM_BUBBLE = "from_bubble", _("Bubbles")
    FROM_TAB = "from_tab", _("Lists and search")
    FROM_LINK = "from_link", _("The Space’s page")
    FROM_CARD = "from_card", _("Shared cards and links")
    FROM_NOTIFICATION = "from_notification", _("Notifications")
    FROM_PROFILE = "from_profile", _("Profiles")
    FROM_OTHER = "from_other", _("Elsewhere")


FROM: dict[str, SpaceMeasure] = {value: SpaceMeasure(f"from_{value}") for value in CameFrom.values}
