"""Posts: written, answered, liked, deleted. The counts of a post move in the transaction of what they count.

Locks go one way: a post, then the one it answers. Reading happens in `social.selectors.posts`; nothing is written for those
who follow (a post costs the same for ten followers and for a million).
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from accounts.models import User
from accounts.selectors import is_blocked_between, person_card
from accounts.signals import send_on_commit
from social.errors import PostEmpty, PostNotFound, PostNotYours, PostTooLong
from social.links import mentions, space_in
from social.models import Kind, Notification, Post, PostLike
from social.selectors.spaces import space_cards
from social.services.notifications import notification_withdraw, notify
from social.signals import post_deleted
from spaces_project.lib import broadcast, limits
from spaces_project.lib.errors import NotFound
from spaces_project.lib.text import clean_text

MENTIONS_MAX = 10


def post_create(
    *, author: User, text: str, space_id: UUID | None = None, parent: Post | None = None, now: datetime
) -> Post:
    """Write a post, or an answer to `parent`: up to `SPACES_POST_MAX_LENGTH` characters once cleaned, in up to
    `SPACES_POST_MAX_LINES` lines; without words only about a Space.

    `space_id` is the Space it is about; left out, the first Space of this site that the text links to. Whoever is named in
    it, and the author of `parent`, is told. Raises PostEmpty, PostTooLong, PostNotFound (`parent`, also where its author and
    `author` block each other), NotFound (`space.not_found`), TooMany.
    """
    text = _cleaned(text, may_be_empty=space_id is not None)
    about = _space_of(text, space_id, author)
    if parent is not None:
        _require_open(parent, author)
    limits.require("post.create", user=author, now=now)
    with transaction.atomic():
        if parent is not None and not _count(parent.pk, reply_count=1):
            raise PostNotFound()
        post = Post.objects.create(
            author=author,
            text=text,
            space_id=about,
            parent=parent,
            is_reply=parent is not None,
            created_at=now,
        )
        _tell_those_named(post, parent, now=now)
        if parent is None:
            frame = {"type": "timeline.posted", "data": {"author": person_card(author)}}
            broadcast.tell_followers_on_commit([author.pk], frame)
    return post


def post_delete(*, post: Post, by: User, now: datetime, as_staff: bool = False) -> None:
    """Take a post out of every answer: its words go, its row stays for the answers to it. Done twice it is done once.

    `as_staff`: whoever calls has asked the table of staff (`moderation.permissions`). Raises PostNotYours for anybody but the
    author and staff who may delete posts.
    """
    if not as_staff and post.author_id != by.pk and not by.has_perm("social.delete_post"):
        raise PostNotYours()
    with transaction.atomic():
        # What it was about is read from the row that is locked, not from an object of some time ago.
        shown = (
            Post.objects.select_for_update(no_key=True).filter(pk=post.pk, deleted_at__isnull=True).first()
        )
        if shown is None:
            return
        about = shown.space_id
        shown.text, shown.space_id, shown.deleted_at = "", None, now
        shown.save(update_fields=["text", "space_id", "deleted_at"])
        if shown.parent_id is not None:
            # Also of one that is deleted itself: who deletes an answer leaves no number behind.
            _count(shown.parent_id, reply_count=-1, also_deleted=True)
        for told in Notification.objects.filter(key=_key(post)).select_related("user").order_by("user_id"):
            notification_withdraw(user=told.user, key=told.key)
        send_on_commit(post_deleted, post_id=post.pk, space_id=about)


def post_like(*, post: Post, user: User, now: datetime) -> bool:
    """Like a post; done twice it is done once. Returns whether that is new.

    Raises PostNotFound, also where one of the two blocks the other, and TooMany.
    """
    _require_open(post, user)
    limits.require("post.like", user=user, now=now)
    with transaction.atomic():
        try:
            # A savepoint of its own: the one who loses the race for the same row goes on.
            with transaction.atomic():
                PostLike.objects.create(post=post, user=user, created_at=now)
        except IntegrityError:
            return False
        if not _count(post.pk, like_count=1):
            raise PostNotFound()
    return True


def post_unlike(*, post: Post, user: User) -> bool:
    """Like a post no more; done twice it is done once. Returns whether they did."""
    with transaction.atomic():
        deleted, _ = PostLike.objects.filter(post=post, user=user).delete()
        if deleted:
            _count(post.pk, like_count=-1, also_deleted=True)
    return bool(deleted)


def _cleaned(text: str, *, may_be_empty: bool) -> str:
    text = clean_text(text, lines=settings.SPACES_POST_MAX_LINES)
    if not text and not may_be_empty:
        raise PostEmpty()
    if len(text) > settings.SPACES_POST_MAX_LENGTH:
        raise PostTooLong(settings.SPACES_POST_MAX_LENGTH)
    return text


def _space_of(text: str, space_id: UUID | None, author: User) -> UUID | None:
    """The Space that the post is about, if it is one that its author may see."""
    about = space_id or space_in(text)
    if about is None or about in space_cards([about], viewer=author):
        return about
    if space_id is not None:
        raise NotFound(gettext("This Space does not exist."), code="space.not_found")
    return None


def _require_open(post: Post, user: User) -> None:
    """Raise PostNotFound where `user` may neither like nor answer: whoever is blocked is not told so."""
    author = post.author
    is_there = post.deleted_at is None and author.is_active and not author.is_suspended
    if not is_there or is_blocked_between(user, author):
        raise PostNotFound()


def _count(post_id: int, *, also_deleted: bool = False, **by: int) -> int:
    """Move counts of a post, locking its row; one that is deleted stays as it is. Returns how many rows that were: 0 or 1."""
    found = Post.objects.filter(pk=post_id)
    if not also_deleted:
        found = found.filter(deleted_at__isnull=True)
    return found.update(**{name: F(name) + change for name, change in by.items()})


def _tell_those_named(post: Post, parent: Post | None, *, now: datetime) -> None:
    """Tell the author of `parent`, and those whom the text names. The key is the same, so that nobody is told twice."""
    told: dict[int, tuple[User, str]] = {}
    if handles := mentions(post.text, most=MENTIONS_MAX):
        named = Q()
        for handle in handles:
            named |= Q(handle__iexact=handle)
        told = {user.pk: (user, "mention") for user in User.objects.filter(named, is_active=True)}
    if parent is not None:
        told[parent.author_id] = (parent.author, "reply")
    told.pop(post.author_id, None)
    # In the order of their keys, as everybody writes rows for many.
    for _, (user, event) in sorted(told.items()):
        notify(
            user=user,
            kind=Kind.MENTION,
            key=_key(post),
            event=event,
            actor=post.author,
            space_id=post.space_id,
            post=post,
            data={"text": post.text[:100]},
            now=now,
        )


def _key(post: Post) -> str:
    return f"mention:{post.pk}"
