"""People say something of the product, and vote."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from feedback.errors import VotesClosed
from feedback.models import PAGE_MAX_LENGTH, VERSION_MAX_LENGTH, Feedback, Kind, RoadmapItem, Vote
from feedback.selectors import public_item
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line, clean_text


def feedback_send(
    *, author: User, kind: str, text: str, page: str = "", version: str = "", now: datetime
) -> Feedback:
    """Keep what `author` says, with the page (a path of this site; its query may hold anything, and is cut off) and the version
    of the product that they had. Raises TooMany, Invalid."""
    said = clean_text(text[: 2 * settings.FEEDBACK_MAX_LENGTH], lines=settings.FEEDBACK_MAX_LINES)
    fields: dict[str, list[str]] = {}
    if kind not in Kind.values:
        fields["kind"] = [_("Choose one.")]
    if not said:
        fields["text"] = [_("Say it in a few words.")]
    elif len(said) > settings.FEEDBACK_MAX_LENGTH:
        fields["text"] = [_("At most %(n)s characters.") % {"n": settings.FEEDBACK_MAX_LENGTH}]
    if fields:
        raise Invalid(fields=fields)
    limits.require("feedback.send", user=author, now=now)
    return Feedback.objects.create(
        author=author,
        kind=kind,
        text=said,
        page=page_of(page),
        version=clean_line(version)[:VERSION_MAX_LENGTH],
        created_at=now,
        changed_at=now,
    )


def page_of(address: str) -> str:
    """The path of an address of this site; "" for anything else."""
    try:
        found = urlsplit(clean_line(address[:2000]))
    except ValueError:
        return ""
    is_ours = not found.scheme and not found.netloc and found.path.startswith("/")
    return found.path[:PAGE_MAX_LENGTH] if is_ours else ""


def vote(*, user: User, item_id: int, now: datetime) -> RoadmapItem:
    """`user` would like to have it. Done twice it is done once. Returns the item, with `voted`. Raises TooMany, ItemNotFound,
    VotesClosed for what is shipped."""
    limits.require("feedback.vote", user=user, now=now)
    item: RoadmapItem = public_item(user, item_id)
    if not item.takes_votes:
        raise VotesClosed()
    vote_note(user=user, item=item, now=now)
    found: RoadmapItem = public_item(user, item_id)
    return found


def vote_withdraw(*, user: User, item_id: int, now: datetime) -> RoadmapItem:
    """They would not, after all; also of what is shipped. Raises TooMany, ItemNotFound."""
    limits.require("feedback.vote", user=user, now=now)
    item: RoadmapItem = public_item(user, item_id)
    with transaction.atomic():
        # Counted by the receiver of what is deleted.
        Vote.objects.filter(item=item, user=user).delete()
    found: RoadmapItem = public_item(user, item_id)
    return found


def vote_note(*, user: User, item: RoadmapItem, now: datetime) -> bool:
    """Write a vote down, unless there is one. Returns whether it is new."""
    try:
        with transaction.atomic():
            Vote.objects.create(item=item, user=user, created_at=now)
            RoadmapItem.objects.filter(pk=item.pk).update(vote_count=F("vote_count") + 1)
    except IntegrityError:
        return False
    return True
