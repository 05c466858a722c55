"""Figures: numbers without anybody in them, kept for good."""

from django.db import models

from insights.measures import Measure, SpaceMeasure
from rooms.models import Space


class DailyFigure(models.Model):
    """One number of one day (UTC), written once the day is over; written again, it is the same row."""

    day = models.DateField()
    measure = models.CharField(max_length=20, choices=Measure)
    value = models.BigIntegerField()

    class Meta:
        verbose_name = "daily figure"
        # What the admin calls its page of them.
        verbose_name_plural = "insights"
        constraints = (models.UniqueConstraint(fields=["measure", "day"], name="daily_figure_once"),)
        indexes = (models.Index(fields=["day"], name="daily_figure_of_day"),)

    def __str__(self) -> str:
        return f"{self.measure} on {self.day}: {self.value}"


class CohortWeek(models.Model):
    """Of the `size` people who signed up in one week, `active` were here in another. Both are named by their Mondays."""

    cohort = models.DateField()
    week = models.DateField()
    size = models.PositiveBigIntegerField()
    active = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cohort", "week"], name="cohort_week_once"),)
        indexes = (models.Index(fields=["week"], name="cohort_of_week"),)

    def __str__(self) -> str:
        return f"{self.active} of {self.size} of {self.cohort} in the week of {self.week}"


class SpaceFigure(models.Model):
    """One number of one Space that is over."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="insight_figures")
    measure = models.CharField(max_length=20, choices=SpaceMeasure)
    value = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["space", "measure"], name="space_figure_once"),)

    def __str__(self) -> str:
        return f"{self.measure} of {self.space_id}: {self.value}"


class SpaceMinute(models.Model):
    """How many were listening, guests among them, in a minute of a Space (`minute`: when it begins)."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="insight_minutes")
    minute = models.DateTimeField()
    listeners = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["space", "minute"], name="space_minute_once"),)

    def __str__(self) -> str:
        return f"{self.listeners} in {self.space_id} at {self.minute}"
