"""Other people over REST, and following them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.api import serializers
from accounts.api.signed_in import signed_in_user
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class UserView(APIView):
    """`/users/{handle}/`"""

    @extend_schema(
        operation_id="users_get",
        summary="Get somebody's profile",
        description="Whoever blocks you is not found.",
        tags=["users"],
        responses=serializers.ProfileSerializer,
    )
    def get(self, request: Request, handle: str) -> Response:
        """One person, by handle in any case."""
        user = selectors.user_for_viewer(handle, request.user)
        return Response(serializers.profile(user, is_following=selectors.is_following(request.user, user)))


class FollowView(APIView):
    """`/users/{handle}/follow/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="users_follow",
        summary="Follow somebody",
        description="Done twice it is done once. 400 `follow.self`.",
        tags=["users"],
        request=None,
        responses=serializers.ProfileSerializer,
    )
    def put(self, request: Request, handle: str) -> Response:
        """Follow, and see the profile as it is then."""
        user = selectors.user_by_handle(handle)
        services.follow(follower=signed_in_user(request), followee=user, now=timezone.now())
        user.refresh_from_db(fields=["follower_count"])
        return Response(serializers.profile(user, is_following=True))

    @extend_schema(
        operation_id="users_unfollow",
        summary="Unfollow somebody",
        description="Done twice it is done once.",
        tags=["users"],
        responses={204: None},
    )
    def delete(self, request: Request, handle: str) -> Response:
        """Follow no more."""
        services.unfollow(follower=signed_in_user(request), followee=selectors.user_by_handle(handle))
        return Response(status=status.HTTP_204_NO_CONTENT)


class FollowersView(APIView):
    """`/users/{handle}/followers/`"""

    @extend_schema(
        operation_id="users_followers",
        summary="List who follows somebody, the latest first",
        tags=["users"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.PersonRowSerializer),
    )
    def get(self, request: Request, handle: str) -> Response:
        """A page of people."""
        found = selectors.followers_of(selectors.user_for_viewer(handle, request.user), viewer=request.user)
        return _page_of_people(found, "follower", request, self)


class FollowingView(APIView):
    """`/users/{handle}/following/`"""

    @extend_schema(
        operation_id="users_following",
        summary="List whom somebody follows, the latest first",
        tags=["users"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.PersonRowSerializer),
    )
    def get(self, request: Request, handle: str) -> Response:
        """A page of people."""
        found = selectors.following_of(selectors.user_for_viewer(handle, request.user), viewer=request.user)
        return _page_of_people(found, "followee", request, self)


def _page_of_people(follows: Any, person: str, request: Request, view: APIView) -> Response:
    pages = NewestFirst()
    page: list[Any] = pages.paginate_queryset(follows, request, view) or []
    rows = [serializers.person_row(getattr(one, person), is_following=one.is_following) for one in page]
    return pages.get_paginated_response(rows)
