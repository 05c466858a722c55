"""What `seed_demo` adds of feedback (`DEMO_SEEDS`): some that was said, and a list of what came of it."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from feedback.models import Feedback, FeedbackState, ItemState, Kind, RoadmapItem, Vote

_ITEMS = (
    (ItemState.IN_PROGRESS, "Chapters that one can name", "So that a long replay is found through.", 34),
    (ItemState.PLANNED, "A queue of Spaces to listen to", "One after the other, live or again.", 57),
    (ItemState.PLANNED, "Louder and softer for each speaker", "For yourself alone.", 41),
    (ItemState.PLANNED, "More reactions", "", 12),
    (ItemState.SHIPPED, "Clips of what was just said", "Thirty seconds, with a caption.", 63),
    (ItemState.SHIPPED, "Captions while you listen", "", 48),
)
_SAID = (
    (Kind.IDEA, "When a Space ends, play the next one that I saved.", "/spaces/"),
    (Kind.IDEA, "Could I line up three Spaces for my way home?", "/"),
    (Kind.PROBLEM, "The waveform of a replay jumps when I turn the phone.", "/spaces/"),
    (Kind.PRAISE, "From the tap to the voice in no time. Lovely.", "/"),
)


def seed(*, host: User, now: datetime) -> None:
    """Add the list, votes of the crowd, and what some of them said, unless there is a list already."""
    if RoadmapItem.objects.exists():
        return
    crowd = list(User.objects.filter(handle__istartswith="demo_follower_").order_by("pk")[:64])
    with transaction.atomic():
        for number, (state, title, text, votes) in enumerate(_ITEMS):
            at = now - timedelta(days=40 - 5 * number)
            voters = crowd[:votes]
            item = RoadmapItem.objects.create(
                title=title,
                text=text,
                state=state,
                vote_count=len(voters),
                created_at=at,
                changed_at=at,
                shipped_at=at if state == ItemState.SHIPPED else None,
            )
            Vote.objects.bulk_create(Vote(item=item, user=user, created_at=at) for user in voters)
        Feedback.objects.bulk_create(
            Feedback(
                author=user, kind=kind, text=text, page=page, version="1.0.0", created_at=now, changed_at=now
            )
            for user, (kind, text, page) in zip(crowd, _SAID, strict=False)
        )
        Feedback.objects.create(
            author=host,
            kind=Kind.IDEA,
            text="Please let me hear what was said while I was away for a moment.",
            page="/spaces/",
            version="1.0.0",
            state=FeedbackState.ANSWERED,
            answer="That is what replays are for: turn on recording when you start, and jump back as you like.",
            answered_at=now - timedelta(days=2),
            created_at=now - timedelta(days=3),
            changed_at=now - timedelta(days=2),
        )
