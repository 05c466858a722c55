"""Posts and timelines over REST."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import Cursor
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from accounts.models import User
from accounts.selectors import user_by_handle
from social.api.serializers import SpaceCardSerializer
from social.models import Post
from social.selectors import posts as selectors
from social.services import posts
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import CursorInvalid, NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of

_WRITING = (
    "1 to 280 characters in up to 10 lines, or none beside `space_id`. 400 `post.empty`, `post.too_long`; 404 "
    "`space.not_found`; 429 `too_many` with `Retry-After`."
)


class PostParentSerializer(serializers.Serializer[Any]):
    """What a reply answers."""

    id = serializers.CharField()
    author = PersonSerializer(allow_null=True, help_text="Null where that post cannot be seen any more.")


class PostSerializer(serializers.Serializer[Any]):
    """A post. A deleted one stands only in lists of replies, without text and Space, where there are replies to it."""

    id = serializers.CharField()
    author = PersonSerializer()
    text = serializers.CharField(help_text='Plain text; it may have line breaks, and be "" beside a Space.')
    created_at = serializers.DateTimeField()
    likes = serializers.IntegerField()
    replies = serializers.IntegerField()
    liked = serializers.BooleanField(help_text="Whether you like it.")
    deleted = serializers.BooleanField()
    parent = PostParentSerializer(allow_null=True, help_text="What it answers; null for a post of its own.")
    space = SpaceCardSerializer(allow_null=True, help_text="The Space it is about.")


class ReplyCreateSerializer(serializers.Serializer[Any]):
    """What to answer. The service checks it; here only its kind."""

    text = serializers.CharField(max_length=5000, trim_whitespace=False, allow_blank=True, default="")


class PostCreateSerializer(ReplyCreateSerializer):
    """What to write."""

    space_id = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The Space it is about; left out, the first Space of this site that the text links to.",
    )


class OlderFirst(NewestFirst):
    """Pages of home, which are merged when they are read: they lead from newer to older alone, so `previous` is null."""

    def page_of_home(self, user: User, request: Request, view: APIView) -> list[Post]:
        """The posts of the page that is asked for. Raises CursorInvalid."""
        self.request = request
        self.base_url = request.build_absolute_uri()
        self.page_size = self.get_page_size(request) or selectors.PAGE_SIZE
        self.get_ordering(request, Post.objects.all(), view)
        cursor = self.decode_cursor(request)
        if cursor is not None and (cursor.reverse or cursor.offset or cursor.position is None):
            raise CursorInvalid()
        before = int(cursor.position) if cursor is not None and cursor.position is not None else None
        found = selectors.timeline(user, before=before, limit=self.page_size + 1)
        self._last = found[self.page_size - 1] if len(found) > self.page_size else None
        return found[: self.page_size]

    def get_next_link(self) -> str | None:
        """The page after this one."""
        if self._last is None:
            return None
        return self.encode_cursor(Cursor(offset=0, reverse=False, position=self._last.pk))

    def get_previous_link(self) -> str | None:
        """None: what is newer is on the first page."""
        return None


class TimelineView(APIView):
    """`/timeline/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="timeline_get",
        summary="Read home: posts of mine and of people I follow, newest first",
        description=(
            "Without replies, people I have muted, and people with whom there is a block. `previous` is always null: what is "
            "new since then is on the first page (socket: `timeline.posted`)."
        ),
        tags=["posts"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(PostSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of posts."""
        pages = OlderFirst()
        user = signed_in_user(request)
        page = pages.page_of_home(user, request, self)
        return pages.get_paginated_response(_rows(page, user))


class PostsView(APIView):
    """`/posts/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="posts_create",
        summary="Write a post",
        description=_WRITING,
        tags=["posts"],
        request=PostCreateSerializer,
        responses={201: PostSerializer},
    )
    def post(self, request: Request) -> Response:
        """Say something to whoever follows."""
        user = signed_in_user(request)
        asked = checked(PostCreateSerializer, request)
        return _written(posts.post_create(author=user, now=timezone.now(), **asked), user)


class PostView(APIView):
    """`/posts/{id}/`"""

    @extend_schema(
        operation_id="posts_get",
        summary="Get a post",
        description="404 `post.not_found`, also for a deleted one.",
        tags=["posts"],
        responses=PostSerializer,
    )
    def get(self, request: Request, post_id: int) -> Response:
        """One post."""
        return Response(_rows([_post(request, post_id)], request.user)[0])

    @extend_schema(
        operation_id="posts_delete",
        summary="Delete a post of mine",
        description="404 `post.not_found`; 403 `post.not_yours`.",
        tags=["posts"],
        responses={204: None},
    )
    def delete(self, request: Request, post_id: int) -> Response:
        """Take it out of every answer."""
        user = signed_in_user(request)
        posts.post_delete(post=_post(request, post_id), by=user, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class PostLikeView(APIView):
    """`/posts/{id}/like/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="posts_like",
        summary="Like a post",
        description="Done twice it is done once. 404 `post.not_found`.",
        tags=["posts"],
        request=None,
        responses=PostSerializer,
    )
    def put(self, request: Request, post_id: int) -> Response:
        """Like it, and see it as it is then."""
        post = _post(request, post_id)
        posts.post_like(post=post, user=signed_in_user(request), now=timezone.now())
        post.refresh_from_db(fields=["like_count"])
        return Response(_rows([post], request.user)[0])

    @extend_schema(
        operation_id="posts_unlike",
        summary="Like a post no more",
        description="Done twice it is done once.",
        tags=["posts"],
        responses={204: None},
    )
    def delete(self, request: Request, post_id: int) -> Response:
        """Like it no more."""
        posts.post_unlike(post=_post(request, post_id), user=signed_in_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PostRepliesView(APIView):
    """`/posts/{id}/replies/`"""

    @extend_schema(
        operation_id="posts_replies",
        summary="List the replies to a post, newest first",
        tags=["posts"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(PostSerializer),
    )
    def get(self, request: Request, post_id: int) -> Response:
        """A page of replies."""
        found = selectors.replies_of(_post(request, post_id), viewer=request.user)
        return _page(found, request, self)

    @extend_schema(
        operation_id="posts_reply",
        summary="Reply to a post",
        description=_WRITING + " 404 `post.not_found`.",
        tags=["posts"],
        request=ReplyCreateSerializer,
        responses={201: PostSerializer},
    )
    def post(self, request: Request, post_id: int) -> Response:
        """Answer it."""
        user = signed_in_user(request)
        asked = checked(ReplyCreateSerializer, request)
        parent = _post(request, post_id)
        return _written(posts.post_create(author=user, parent=parent, now=timezone.now(), **asked), user)


class UserPostsView(APIView):
    """`/users/{handle}/posts/`"""

    @extend_schema(
        operation_id="users_posts",
        summary="List somebody's posts, newest first",
        description="Without their replies. Nothing where there is a block.",
        tags=["users"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(PostSerializer),
    )
    def get(self, request: Request, handle: str) -> Response:
        """A page of posts."""
        found = selectors.posts_of(user_by_handle(handle), viewer=request.user)
        return _page(found, request, self)


def _post(request: Request, post_id: int) -> Post:
    return selectors.post_for_viewer(user=request.user, post_id=post_id)


def _page(found: QuerySet[Post], request: Request, view: APIView) -> Response:
    pages = NewestFirst()
    page: list[Post] = pages.paginate_queryset(found, request, view) or []
    return pages.get_paginated_response(_rows(page, request.user))


def _rows(page: list[Post], viewer: Any) -> Any:
    return PostSerializer(selectors.post_cards(page, viewer=viewer), many=True).data


def _written(post: Post, author: User) -> Response:
    return Response(_rows([post], author)[0], status=status.HTTP_201_CREATED)
