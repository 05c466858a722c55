"""One's calendar over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from rooms.models import Space
from rooms.selectors.calendars import calendar_card, upcoming_for
from rooms.services.calendars import calendar_feed, calendar_feed_reset, feed_url
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class SoonestFirst(NewestFirst):
    """Pages of what is ahead, in the order in which it comes."""

    ordering = ("scheduled_at", "id")


class CalendarEntrySerializer(serializers.Serializer[Any]):
    """An announced Space in my calendar."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True, help_text="Plain text; it may have line breaks.")
    state = serializers.ChoiceField(Space.State.choices)
    host = PersonSerializer()
    scheduled_at = serializers.DateTimeField()
    time_zone = serializers.CharField(allow_blank=True, help_text="In which the host entered the time.")
    waiting = serializers.IntegerField(help_text="How many have asked to be reminded.")
    mine = serializers.ChoiceField(
        ["host", "cohost", "reminder", "ticket"],
        help_text="Why it is here; `reminder`: I asked to be reminded; `ticket`: I have one, and did not ask.",
    )


class CalendarFeedSerializer(serializers.Serializer[Any]):
    """The feed that other calendars read."""

    url = serializers.URLField(help_text="Whoever has this address can read the calendar.")
    created_at = serializers.DateTimeField()


class MyCalendarView(APIView):
    """`/me/calendar/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_calendar",
        summary="List what is ahead of me, the soonest first",
        description="Scheduled and live Spaces that I host, co-host, or asked to be reminded of.",
        tags=["schedule"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(CalendarEntrySerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of Spaces."""
        pages = SoonestFirst()
        page: list[Space] = (
            pages.paginate_queryset(upcoming_for(signed_in_user(request)), request, self) or []
        )
        rows = [calendar_card(space) for space in page]
        return pages.get_paginated_response(CalendarEntrySerializer(rows, many=True).data)


class MyCalendarFeedView(APIView):
    """`/me/calendar-feed/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_calendar_feed",
        summary="Get the address of my calendar feed",
        description="iCalendar, for other calendars to subscribe to; made when first asked for.",
        tags=["schedule"],
        responses=CalendarFeedSerializer,
    )
    def get(self, request: Request) -> Response:
        """The address."""
        feed = calendar_feed(user=signed_in_user(request), now=timezone.now())
        return Response({"url": feed_url(feed), "created_at": feed.created_at})

    @extend_schema(
        operation_id="me_calendar_feed_reset",
        summary="Give my calendar feed another address",
        description="The old one leads nowhere from now on.",
        tags=["schedule"],
        request=None,
        responses=CalendarFeedSerializer,
    )
    def post(self, request: Request) -> Response:
        """Another address."""
        feed = calendar_feed_reset(user=signed_in_user(request), now=timezone.now())
        return Response({"url": feed_url(feed), "created_at": feed.created_at})
