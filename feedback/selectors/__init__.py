"""Everything that is read of feedback and of the list."""

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When

from accounts.models import User
from accounts.selectors import Viewer
from feedback.errors import FeedbackNotFound, ItemNotFound
from feedback.models import PUBLIC, Feedback, FeedbackState, ItemState, Kind, RoadmapItem, Vote

_ORDER = Case(
    When(state=ItemState.IN_PROGRESS, then=Value(0)),
    When(state=ItemState.PLANNED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def feedback_of(user: User) -> QuerySet[Feedback]:
    """What somebody has said, the newest first, with what belongs to it."""
    return Feedback.objects.filter(author=user).select_related("item").order_by("-pk")


def own_feedback(user: User, feedback_id: int) -> Feedback:
    """One of their own. Raises FeedbackNotFound."""
    found = feedback_of(user).filter(pk=feedback_id).first()
    if found is None:
        raise FeedbackNotFound()
    return found


def roadmap(viewer: Viewer, *, state: str = "") -> QuerySet[RoadmapItem]:
    """The public list: what is in work, planned, shipped, each by votes (what is shipped: by when). Each has `voted`: whether
    `viewer` has."""
    found = RoadmapItem.objects.filter(state__in=[state] if state in PUBLIC else PUBLIC)
    votes = Vote.objects.filter(item=OuterRef("pk"), user_id=viewer.pk or 0)
    return found.annotate(voted=Exists(votes), place=_ORDER).order_by(
        "place", "-shipped_at", "-vote_count", "-pk"
    )


def public_item(viewer: Viewer, item_id: int) -> Any:
    """One item of the public list, with `voted`. Raises ItemNotFound."""
    found = roadmap(viewer).filter(pk=item_id).first()
    if found is None:
        raise ItemNotFound()
    return found


def queue(*, state: str = "", kind: str = "") -> QuerySet[Feedback]:
    """What people said, for staff, the newest first; an unknown state or kind finds nothing."""
    found = Feedback.objects.select_related("author", "item").order_by("-pk")
    if state not in ("", *FeedbackState.values) or kind not in ("", *Kind.values):
        return found.none()
    if state:
        found = found.filter(state=state)
    return found.filter(kind=kind) if kind else found


def any_feedback(feedback_id: int) -> Feedback:
    """What somebody said, for staff. Raises FeedbackNotFound."""
    found = queue().filter(pk=feedback_id).first()
    if found is None:
        raise FeedbackNotFound()
    return found


def any_item(item_id: int, viewer: User) -> Any:
    """An item, also a declined one, for staff; with `voted`. Raises ItemNotFound."""
    votes = Vote.objects.filter(item=OuterRef("pk"), user=viewer)
    found = RoadmapItem.objects.annotate(voted=Exists(votes)).filter(pk=item_id).first()
    if found is None:
        raise ItemNotFound()
    return found
