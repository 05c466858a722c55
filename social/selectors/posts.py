"""Every read of posts: who sees which, and what a card shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Block, User
from accounts.selectors import PersonCard, Viewer, blocks_with, is_blocked_between, person_card
from social.errors import PostNotFound
from social.models import Post, PostLike
from social.selectors.spaces import space_cards
from social.selectors.timeline import timeline_ids

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class PostPage:
    """The cards of a page; `more` is the key of its last post where there are older ones, else ""."""

    cards: list["PostCard"]
    more: str

    @property
    def people(self) -> set[int]:
        """The keys of their authors."""
        return {int(card["author"]["id"]) for card in self.cards}


class ParentCard(TypedDict):
    """What a reply answers; without `author` where that post is gone, or not for the viewer's eyes."""

    id: str
    author: PersonCard | None


class PostCard(TypedDict):
    """A post as pages, frames and the API show it; a deleted one has no text and no Space."""

    id: str
    author: PersonCard
    text: str
    created_at: Any
    likes: int
    replies: int
    liked: bool
    deleted: bool
    parent: ParentCard | None
    space: dict[str, Any] | None


def post_key(text: str) -> int | None:
    """The key of a post that somebody sent; None for what can be none."""
    # Beyond 64 bits PostgreSQL refuses even the question, and Python reads digits of all scripts.
    found = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return found if 0 < found < 2**63 else None


def post_for_viewer(*, user: Viewer, post_id: int | str) -> Post:
    """The post, with its author and what it answers. Raises PostNotFound for one that is deleted, whose author is not
    active or suspended, or where author and `user` block each other."""
    key = post_key(str(post_id))
    post = _with_people(Post.objects.filter(pk=key)).first() if key else None
    if post is None or post.deleted_at is not None or not _is_there(post.author):
        raise PostNotFound()
    if is_blocked_between(user, post.author):
        raise PostNotFound()
    return post


def timeline(user: User, *, before: int | None = None, limit: int = PAGE_SIZE) -> list[Post]:
    """Home's posts, newest first: one's own and those of people one follows, no replies; the newest `limit` that are older
    than the post `before`. Two queries, however many one follows and however many follow them.

    Left out: people whom `user` has muted, blocks both ways, people who are not active.
    """
    ids = timeline_ids(user, before=before, limit=limit)
    found = _with_people(Post.objects.filter(pk__in=ids)).order_by("-pk") if ids else []
    return list(found)


def timeline_page(user: User, *, before: int | None) -> PostPage:
    """A page of home, from the newest on or older than the post `before`."""
    return _page(timeline(user, before=before, limit=PAGE_SIZE + 1), viewer=user)


def page_of_posts(found: QuerySet[Post], *, viewer: Viewer, before: int | None) -> PostPage:
    """A page of what a selector of this module gives, from the newest on or older than the post `before`."""
    if before is not None:
        found = found.filter(pk__lt=before)
    return _page(list(found[: PAGE_SIZE + 1]), viewer=viewer)


def posts_of(person: User, *, viewer: Viewer) -> QuerySet[Post]:
    """Somebody's posts, newest first, without their replies; none where one of the two blocks the other."""
    found = _visible(Post.objects.filter(author=person, is_reply=False, deleted_at__isnull=True), viewer)
    return found.order_by("-pk")


def replies_of(post: Post, *, viewer: Viewer) -> QuerySet[Post]:
    """The replies to a post, newest first. A deleted one keeps its place while there are replies to it."""
    found = Post.objects.filter(Q(deleted_at__isnull=True) | Q(reply_count__gt=0), parent=post)
    return _visible(found, viewer).order_by("-pk")


def posts_about(space_id: UUID, *, viewer: Viewer) -> QuerySet[Post]:
    """Posts about a Space, newest first, replies among them."""
    found = _visible(Post.objects.filter(space_id=space_id, deleted_at__isnull=True), viewer)
    return found.order_by("-pk")


def post_cards(posts: Sequence[Post], *, viewer: Viewer) -> list[PostCard]:
    """The cards of these posts, in the same order.

    At most three queries for any number of them: what `viewer` likes, the Spaces they are about, and who of the authors of
    what they answer is blocked. The posts must have come from a selector of this module, with their people.
    """
    liked = _liked(posts, viewer)
    spaces = space_cards([post.space_id for post in posts if post.space_id], viewer=viewer)
    parents = [post.parent for post in posts if post.parent]
    blocked = _blocked_with(viewer, {parent.author_id for parent in parents})
    return [
        {
            "id": str(post.pk),
            "author": person_card(post.author),
            "text": post.text,
            "created_at": post.created_at,
            "likes": post.like_count,
            "replies": post.reply_count,
            "liked": post.pk in liked,
            "deleted": post.deleted_at is not None,
            "parent": _parent_card(post.parent, blocked) if post.parent else None,
            "space": spaces.get(post.space_id) if post.space_id else None,
        }
        for post in posts
    ]


def _page(posts: list[Post], *, viewer: Viewer) -> PostPage:
    shown = posts[:PAGE_SIZE]
    more = str(shown[-1].pk) if len(posts) > PAGE_SIZE else ""
    return PostPage(post_cards(shown, viewer=viewer), more)


def _with_people(posts: QuerySet[Post]) -> QuerySet[Post]:
    return posts.select_related("author", "parent__author")


def _visible(posts: QuerySet[Post], viewer: Viewer) -> QuerySet[Post]:
    found = _with_people(posts.filter(author__is_active=True, author__is_suspended=False))
    return found.exclude(blocks_with(viewer, "author_id")) if isinstance(viewer, User) else found


def _is_there(author: User) -> bool:
    return author.is_active and not author.is_suspended


def _parent_card(parent: Post, blocked: set[int]) -> ParentCard:
    is_shown = parent.deleted_at is None and _is_there(parent.author) and parent.author_id not in blocked
    return {"id": str(parent.pk), "author": person_card(parent.author) if is_shown else None}


def _liked(posts: Sequence[Post], viewer: Viewer) -> set[int]:
    if not viewer.is_authenticated or not posts:
        return set()
    likes = PostLike.objects.filter(user_id=viewer.pk, post__in=[post.pk for post in posts])
    return set(likes.values_list("post_id", flat=True))


def _blocked_with(viewer: Viewer, people: set[int]) -> set[int]:
    if not viewer.is_authenticated or not people:
        return set()
    either = Q(owner_id=viewer.pk, person_id__in=people) | Q(owner_id__in=people, person_id=viewer.pk)
    pairs = Block.objects.filter(either).values_list("owner_id", "person_id")
    return {one for pair in pairs for one in pair} - {viewer.pk}
