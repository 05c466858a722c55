"""What people say of the product, and the public list of what comes of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PAGE_MAX_LENGTH = 200
VERSION_MAX_LENGTH = 40
TITLE_MAX_LENGTH = 100


class Kind(models.TextChoices):
    """What somebody says."""

    IDEA = "idea", _("Idea")
    PROBLEM = "problem", _("Problem")
    PRAISE = "praise", _("Praise")


class ItemState(models.TextChoices):
    """How far an item of the list is. What was declined is on it no more."""

    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In work")
    SHIPPED = "shipped", _("Shipped")
    DECLINED = "declined", _("Declined")


class FeedbackState(models.TextChoices):
    """How far something that was said is; what belongs to an item of the list is as far as that."""

    NEW = "new", _("New")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In work")
    SHIPPED = "shipped", _("Shipped")
    DECLINED = "declined", _("Declined")
    ANSWERED = "answered", _("Answered")


PUBLIC = (ItemState.PLANNED, ItemState.IN_PROGRESS, ItemState.SHIPPED)


class RoadmapItem(models.Model):
    """Something that is planned, in work or shipped, in staff's words. `vote_count` is kept in the transaction of each Vote."""

    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    text = models.TextField(max_length=settings.FEEDBACK_MAX_LENGTH, blank=True)
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.PLANNED)
    vote_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    shipped_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("item of the list")
        verbose_name_plural = _("what is planned")
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="roadmap_item_has_title"),
            models.CheckConstraint(
                condition=Q(state="shipped", shipped_at__isnull=False)
                | (~Q(state="shipped") & Q(shipped_at__isnull=True)),
                name="roadmap_item_shipped_at",
            ),
        )
        indexes = (models.Index(fields=["state", "-vote_count", "-id"], name="roadmap_by_votes"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.state in PUBLIC

    @property
    def takes_votes(self) -> bool:
        """Whether there is still something to vote for."""
        return self.state in (ItemState.PLANNED, ItemState.IN_PROGRESS)


class Vote(models.Model):
    """Somebody would like to have it."""

    item = models.ForeignKey(RoadmapItem, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roadmap_votes")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "user"], name="vote_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} for {self.item_id}"


class Feedback(models.Model):
    """What somebody said, on which page and with which version of the product, and what staff answered.

    `changed_at` is when its state last changed. What belongs to an item of the list (`item`) has its state.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feedback")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(max_length=settings.FEEDBACK_MAX_LENGTH)
    page = models.CharField(max_length=PAGE_MAX_LENGTH, blank=True)
    version = models.CharField(max_length=VERSION_MAX_LENGTH, blank=True)
    state = models.CharField(max_length=12, choices=FeedbackState, default=FeedbackState.NEW)
    item = models.ForeignKey(
        RoadmapItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="feedback"
    )
    answer = models.TextField(max_length=settings.FEEDBACK_ANSWER_MAX_LENGTH, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="feedback_says_something"),)
        indexes = (
            models.Index(fields=["state", "-id"], name="feedback_queue"),
            models.Index(fields=["author", "-id"], name="feedback_of_author"),
            # A fan-out walks an item's authors in the order of their keys.
            models.Index(fields=["item", "author"], name="feedback_of_item"),
        )

    def __str__(self) -> str:
        return self.text.splitlines()[0][:80]
