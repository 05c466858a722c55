"""Posts about a Space over REST."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from rooms import selectors
from rooms.api.base import SpaceView, checked
from rooms.selectors.posts import posts_of_space
from rooms.services import posts
from social.api.posts import PostSerializer, ReplyCreateSerializer
from social.models import Post
from social.selectors.posts import post_cards
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class SpacePostCreateSerializer(ReplyCreateSerializer):
    """What to post from inside a Space."""


class SpacePostsView(SpaceView):
    """`/spaces/{id}/posts/`"""

    @extend_schema(
        operation_id="space_posts_list",
        summary="List the posts about a Space, newest first",
        description="From inside and from outside of it; none of people who were removed from it. 403 `space.removed`.",
        tags=["posts"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(PostSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of posts."""
        space = selectors.room_for_viewer(user=request.user, space_id=space_id)
        pages = NewestFirst()
        found = posts_of_space(space, viewer=request.user)
        page: list[Post] = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(
            PostSerializer(post_cards(page, viewer=request.user), many=True).data
        )

    @extend_schema(
        operation_id="space_post",
        summary="Post about the Space I am in",
        description=(
            "On the timelines of those who follow you, and in the room. 400 `post.empty`, `post.too_long`; 403 "
            "`space.removed`; 409 `space.not_joined`; 410 `space.ended`; 429 `too_many` with `Retry-After`."
        ),
        tags=["posts"],
        request=SpacePostCreateSerializer,
        responses={201: PostSerializer},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Say something about it to whoever follows."""
        asked = checked(SpacePostCreateSerializer, request)
        author = signed_in_user(request)
        post = posts.space_post(
            space=self.space(request, space_id), author=author, now=timezone.now(), **asked
        )
        [card] = post_cards([post], viewer=author)
        return Response(PostSerializer(card).data, status=status.HTTP_201_CREATED)
