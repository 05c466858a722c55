"""What is counted of a replay: reactions in the order of time, and plays."""

from django.db import models

from rooms.models import Space


class ReactionSlice(models.Model):
    """What was tapped in a Space within a few seconds, by kind; `totals` are the counters at its end: the next begins there.

    Written while a recording is on, a row for seconds in which anything was tapped.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="reaction_slices")
    starts_at_ms = models.PositiveIntegerField()
    taps = models.JSONField(default=dict)
    totals = models.JSONField(default=dict)

    class Meta:
        ordering = ("starts_at_ms",)
        constraints = (models.UniqueConstraint(fields=["space", "starts_at_ms"], name="reaction_slice_once"),)

    def __str__(self) -> str:
        return f"{self.space_id} at {self.starts_at_ms} ms"


class Play(models.Model):
    """Somebody has listened to a replay or a clip on one day: a second time that day is no second play.

    `thing` names it ("replay:7", "clip:0190…"), `listener` is a digest that says nothing about whose it is. Rows of days gone
    by are deleted; what stays is the number.
    """

    thing = models.CharField(max_length=48)
    listener = models.CharField(max_length=64)
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["thing", "listener", "day"], name="play_once_a_day"),)
        indexes = (models.Index(fields=["day"], name="play_of_day"),)

    def __str__(self) -> str:
        return f"{self.thing} on {self.day}"
