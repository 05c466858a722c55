"""Finding Spaces and people over REST: lists by state, topic and language, topics to follow, search."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as fields
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.serializers import PersonRowSerializer, person_row
from accounts.api.signed_in import signed_in_user
from accounts.selectors import Viewer, user_for_viewer
from rooms import presence, selectors
from rooms.api.serializers import SpaceRowSerializer, TopicSerializer
from rooms.models import Space
from rooms.selectors import discovery, search
from rooms.selectors.discovery import TopicRow
from rooms.selectors.replays import replays_of
from rooms.services import topics
from spaces_project.lib.api.pagination import CursorInvalid, NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid

KINDS = ("spaces", "people")
# What lists can be ordered by, and the state that alone has it: such a list is of that state.
_ORDERS: dict[str, tuple[str, str]] = {
    "newest": ("-id", ""),
    "soonest": ("scheduled_at", Space.State.SCHEDULED),
    "latest": ("-ended_at", Space.State.ENDED),
    "largest": ("-listeners_seen", Space.State.LIVE),
}

SPACE_FILTERS = [
    OpenApiParameter("state", enum=Space.State.values, description="Only Spaces in this state."),
    OpenApiParameter("topic", description="Only Spaces about the topic with this slug."),
    OpenApiParameter(
        "language", enum=[code for code, _ in settings.SPACES_LANGUAGES], description="Only in this language."
    ),
    OpenApiParameter("host", description="Only Spaces of the host with this handle."),
    OpenApiParameter(
        "ordering",
        enum=list(_ORDERS),
        description=(
            "`newest` (the default); `soonest`: scheduled ones by their time; `latest`: ended ones by their end; "
            "`largest`: live ones by how many were listening a moment ago."
        ),
    ),
    *PAGE_PARAMETERS,
]


def spaces_page(request: Request, view: APIView) -> Response:
    """The page of Spaces that the query (SPACE_FILTERS) asks for."""
    asked = request.query_params
    by, of = _ORDERS[_choice(request, "ordering", list(_ORDERS)) or "newest"]
    state = _choice(request, "state", Space.State.values) or of
    if of and state != of:
        raise Invalid(fields={"ordering": [gettext("Only {of} Spaces can be ordered so.").format(of=of)]})
    found = discovery.listed(
        viewer=request.user,
        state=state,
        topic=discovery.topic_by_slug(asked["topic"]) if asked.get("topic") else None,
        language=_choice(request, "language", [code for code, _ in settings.SPACES_LANGUAGES]),
        host=user_for_viewer(asked["host"], request.user) if asked.get("host") else None,
    )
    pages = NewestFirst()
    pages.ordering = by
    page: list[Space] = pages.paginate_queryset(found.order_by(by), request, view) or []
    return pages.get_paginated_response(space_rows(page, viewer=request.user))


def space_rows(spaces: list[Space], *, viewer: Viewer) -> list[Any]:
    """Spaces as lists show them to `viewer`, with how many listen now."""
    live = [space.pk for space in spaces if space.is_live]
    listening = presence.listener_counts(live)
    blocked = selectors.blocked_on_stage(live, viewer=viewer)
    replays = replays_of(spaces, viewer=viewer)
    rows = [
        selectors.space_card(space)
        | {
            "listeners": listening.get(space.pk, 0),
            "waiting": space.reminder_count if space.is_scheduled else 0,
            "blocked_on_stage": blocked.get(space.pk, []),
            "replay": replays.get(space.pk),
        }
        for space in spaces
    ]
    return list(SpaceRowSerializer(rows, many=True).data)


def _choice(request: Request, name: str, choices: list[str]) -> str:
    value: str = request.query_params.get(name, "")
    if value and value not in choices:
        raise Invalid(
            fields={name: [gettext("Choose one of: {choices}.").format(choices=", ".join(choices))]}
        )
    return value


class TopicRowSerializer(TopicSerializer):
    """A topic in the list of all."""

    is_following = fields.BooleanField(help_text="Whether you follow it.")
    live = fields.IntegerField(help_text="How many Spaces of it are live.")


def topic_row(row: TopicRow) -> dict[str, Any]:
    """What TopicRowSerializer describes."""
    return selectors.topic_card(row.topic) | {"is_following": row.is_followed, "live": row.live}


class TopicsView(APIView):
    """`/topics/`"""

    @extend_schema(
        operation_id="topics_list",
        summary="List the topics",
        tags=["discovery"],
        responses=TopicRowSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """All of them, by name."""
        rows = [topic_row(row) for row in discovery.topic_rows(viewer=request.user)]
        return Response(TopicRowSerializer(rows, many=True).data)


class TopicFollowView(APIView):
    """`/topics/{slug}/follow/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="topics_follow",
        summary="Follow a topic",
        description="Its Spaces come first in your lists. Done twice it is done once. 404 `topic.not_found`.",
        tags=["discovery"],
        request=None,
        responses=TopicRowSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        """Follow."""
        user = signed_in_user(request)
        topic = discovery.topic_by_slug(slug)
        topics.topic_follow(user=user, topic=topic, now=timezone.now())
        return Response(TopicRowSerializer(topic_row(discovery.topic_row(topic, viewer=user))).data)

    @extend_schema(
        operation_id="topics_unfollow",
        summary="Unfollow a topic",
        description="Done twice it is done once. 404 `topic.not_found`.",
        tags=["discovery"],
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        """Follow no more."""
        topics.topic_unfollow(user=signed_in_user(request), topic=discovery.topic_by_slug(slug))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SearchSerializer(fields.Serializer[Any]):
    """What was found of each kind; null for a kind that was not asked for."""

    spaces = page_of(SpaceRowSerializer)
    people = page_of(PersonRowSerializer)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.allow_null = True


class SearchView(APIView):
    """`/search/`"""

    @extend_schema(
        operation_id="search",
        summary="Search Spaces and people",
        description=(
            "Spaces by title, host and topic: live ones first, then upcoming, then ended ones. People by name and handle. "
            "The last word may be the beginning of one. Where nothing has all the words, what is like them is found. "
            "Pages go on in one kind (`next`). 429 `too_many`."
        ),
        tags=["discovery"],
        parameters=[
            OpenApiParameter(
                "q", required=True, description="What to look for; 100 characters of it are read."
            ),
            OpenApiParameter("kind", enum=KINDS, description="Only this kind; both if it is left out."),
            *PAGE_PARAMETERS,
        ],
        responses=SearchSerializer,
    )
    def get(self, request: Request) -> Response:
        """What is found for `q`."""
        address = get_adapter().get_client_ip(request)
        search.require_pace(viewer=request.user, address=address, now=timezone.now())
        kind = _choice(request, "kind", list(KINDS))
        what = search.asked(request.query_params.get("q", ""))
        if not what.text:
            raise Invalid(fields={"q": [gettext("Say what to look for.")]})
        if request.query_params.get("cursor") and not kind:
            raise Invalid(fields={"kind": [gettext("A cursor goes on in one kind: say which.")]})
        try:
            return Response(
                {name: self._page(name, what, request) for name in KINDS if kind in ("", name)}
                | {name: None for name in KINDS if kind not in ("", name)}
            )
        except ValueError:
            raise CursorInvalid() from None

    def _page(self, kind: str, what: search.Asked, request: Request) -> dict[str, Any]:
        limit = NewestFirst().get_page_size(request) or settings.REST_FRAMEWORK["PAGE_SIZE"]
        cursor = request.query_params.get("cursor", "")
        rows: list[Any]
        if kind == "spaces":
            spaces = search.spaces_found(what, viewer=request.user, cursor=cursor, limit=limit)
            found = [space for _, space in spaces.rows]
            if not found and not cursor:
                found = search.spaces_similar(what, viewer=request.user)
            rows, after = space_rows(found, viewer=request.user), spaces.next
        else:
            people = search.people_found(what, viewer=request.user, cursor=cursor, limit=limit)
            persons = [person for _, person in people.rows]
            if not persons and not cursor:
                persons = search.people_similar(what, viewer=request.user)
            rows = [
                person_row(one, is_following=bool(getattr(one, "is_following", False))) for one in persons
            ]
            after = people.next
        here = replace_query_param(request.build_absolute_uri(), "kind", kind)
        return {
            "next": replace_query_param(here, "cursor", after) if after else None,
            "previous": None,
            "results": rows,
        }
