"""Short posts, the answers to them, and who likes them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class Post(models.Model):
    """A few words for one's followers. Keys rise with time: the newest has the highest.

    `space_id` is the Space it is about: written from inside, or linked to in the text. A reply has `is_reply`; its `parent`
    is null once that row is gone. A deleted post keeps its row without its text, so that the answers keep their place.
    The two counts are kept in the transaction that writes a like or a reply.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    text = models.CharField(max_length=settings.SPACES_POST_MAX_LENGTH, blank=True)
    space_id = models.UUIDField(null=True, blank=True)
    is_reply = models.BooleanField(default=False)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )
    like_count = models.PositiveIntegerField(default=0, editable=False)
    reply_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text="") | Q(space_id__isnull=False) | Q(deleted_at__isnull=False),
                name="post_says_something",
            ),
            models.CheckConstraint(
                condition=Q(is_reply=True) | Q(parent__isnull=True), name="post_parent_of_reply"
            ),
        )
        indexes = (
            models.Index(
                fields=["author", "-id"],
                condition=Q(is_reply=False, deleted_at__isnull=True),
                name="post_timeline",
            ),
            models.Index(
                fields=["space_id", "-id"],
                condition=Q(space_id__isnull=False, deleted_at__isnull=True),
                name="post_about_space",
            ),
            models.Index(fields=["parent", "id"], name="post_replies"),
        )

    def __str__(self) -> str:
        return f"{self.author_id}: {self.text[:40]}"

    def get_absolute_url(self) -> str:
        """The post's own page."""
        return reverse("post", args=[self.pk])


class PostLike(models.Model):
    """Somebody likes a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "post"], name="post_like_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.post_id}"
