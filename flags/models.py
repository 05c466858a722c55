"""What staff have said about the features that settings declare (`FLAGS`)."""

from django.conf import settings
from django.db import models
from django.utils import timezone

NAME_MAX_LENGTH = 40


class FeatureFlag(models.Model):
    """One feature. Without a `share` it is on for as many people as settings say."""

    name = models.CharField(max_length=NAME_MAX_LENGTH, unique=True, editable=False)
    share = models.PositiveSmallIntegerField(
        "share of people (%)",
        null=True,
        blank=True,
        help_text="0 is nobody, 100 everybody; empty: as the settings of this installation say.",
    )
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "feature"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__lte=100), name="flag_share_percent"
            ),
        )

    def __str__(self) -> str:
        return self.name


class FlagPerson(models.Model):
    """A person for whom it is on or off, whatever the share."""

    flag = models.ForeignKey(FeatureFlag, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField("on", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = (models.UniqueConstraint(fields=["flag", "user"], name="flag_person_once"),)

    def __str__(self) -> str:
        return f"{self.flag_id} {'on' if self.is_on else 'off'} for {self.user_id}"
