"""Insights of hosts: all their Spaces, and each of them."""

from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from insights import words
from insights.charts import Chart, Series, bar_chart, line_chart
from insights.measures import SpaceMeasure
from insights.selectors import hosting
from insights.shares import Share, shares
from rooms.models import Space
from spaces_project.lib.pages import page
from tickets.amounts import money
from tickets.periods import zone_of

PER_PAGE = 20
# The chart of the overview: so many of the newest Spaces.
CHARTED = 20
# A chart has so many points at most: of a long Space, every so many minutes the most that were there.
POINTS_MAX = 240


@page
@login_required
@never_cache
@require_safe
def my_insights(request: HttpRequest) -> HttpResponse:
    """All Spaces together, and a list of them."""
    user, now = _person(request), timezone.now()
    found = hosting.spaces_with_insights(user).order_by("-started_at", "-pk")
    pages = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    newest = list(found.filter(host=user)[:CHARTED])
    kept = hosting.figures_of_spaces({space.pk for space in [*pages, *newest]})
    context = {
        "pages": pages,
        "rows": [(space, _row(space, kept.get(space.pk, {}), user)) for space in pages],
        "tiles": _overview_tiles(hosting.host_overview(user, now=now)),
        "chart": _people_chart(newest[::-1], kept) if len(newest) > 1 else None,
    }
    return render(request, "insights/overview.html", context)


@page
@login_required
@never_cache
@require_safe
def space_insights(request: HttpRequest, space_id: UUID) -> HttpResponse:
    """One Space."""
    user = _person(request)
    space = hosting.space_with_insights(user=user, space_id=space_id)
    found = hosting.space_insights(space, viewer=user, now=timezone.now())
    context = {
        "space": space,
        "tiles": _space_tiles(found),
        "chart": _listeners_chart(found.minutes, zone_of(user)),
        "ways": _ways(found) if found.came else [],
        "is_host": space.host_id == user.pk,
    }
    return render(request, "insights/space.html", context)


Tile = tuple[str, str, str]


def _overview_tiles(found: hosting.HostOverview) -> list[Tile]:
    """What it is, how many, and the change."""

    def tile(name: str, measure: SpaceMeasure, said: Any = words.count_words) -> Tile:
        now, before = found.figures.get(measure, 0), found.before.get(measure, 0)
        return (name, said(now), words.change_words(now, before))

    spaces = (
        _("Spaces"),
        words.count_words(found.spaces),
        words.change_words(found.spaces, found.spaces_before),
    )
    return [
        spaces,
        tile(_("People who came"), SpaceMeasure.PEOPLE),
        tile(_("Listened to you"), SpaceMeasure.LISTENED_SECONDS, words.time_words),
        tile(_("New followers"), SpaceMeasure.FOLLOWERS),
    ]


def _space_tiles(found: hosting.SpaceInsights) -> list[Tile]:
    guests = found.figures.get(SpaceMeasure.GUESTS, 0)
    note = _("%(n)s of them guests") % {"n": words.count_words(guests)} if guests else ""
    clip_note = _("played %(n)s times") % {"n": words.count_words(found.clip_plays)} if found.clips else ""
    tiles = [
        (_("People who came"), words.count_words(found.came), note),
        (_("At most at once"), words.count_words(found.peak), ""),
        (_("Listened"), words.time_words(found.figures.get(SpaceMeasure.LISTENED_SECONDS, 0)), ""),
        (_("New followers"), words.count_words(found.figures.get(SpaceMeasure.FOLLOWERS, 0)), ""),
        (_("Heard again"), words.count_words(found.replays), ""),
        (_("Clips"), words.count_words(found.clips), clip_note),
    ]
    for earned in found.earned or ():
        sold = _("%(n)s tickets") % {"n": words.count_words(earned.sold)} if earned.sold else ""
        tiles.append((_("Earned"), money(earned.earned, earned.currency), sold))
    return tiles


def _row(space: Space, kept: dict[str, int], user: User) -> str:
    """The second line of a Space in the list."""
    parts = []
    if space.host_id != user.pk:
        parts.append(_("You were co-host"))
    if space.is_live:
        parts.append(_("On air now"))
    if kept:
        came = kept.get(SpaceMeasure.PEOPLE, 0) + kept.get(SpaceMeasure.GUESTS, 0)
        parts.append(_("%(n)s came") % {"n": words.count_words(came)})
        if followers := kept.get(SpaceMeasure.FOLLOWERS, 0):
            parts.append(_("%(n)s new followers") % {"n": words.count_words(followers)})
    return " · ".join(parts)


def _people_chart(spaces: list[Space], kept: dict[UUID, dict[str, int]]) -> Chart:
    """Who came to each, the oldest first."""
    labels = [words.day_words(space.started_at.date()) if space.started_at else "" for space in spaces]
    came = [
        kept[space.pk].get(SpaceMeasure.PEOPLE, 0) + kept[space.pk].get(SpaceMeasure.GUESTS, 0)
        if space.pk in kept
        else None
        for space in spaces
    ]
    series = Series(_("People"), came)
    return bar_chart(
        "came", _("Who came to each Space"), labels, series, words=words.count_words, what=_("Space of")
    )


def _listeners_chart(minutes: Any, zone: tzinfo) -> Chart | None:
    if len(minutes) < 2:
        return None
    points = _every_minute(list(minutes))
    step = -(-len(points) // POINTS_MAX)
    chunks = [points[start : start + step] for start in range(0, len(points), step)]
    values = [max((one for _, one in chunk if one is not None), default=None) for chunk in chunks]
    return line_chart(
        "listeners",
        _("Listeners over time"),
        [words.clock_words(chunk[0][0], zone) for chunk in chunks],
        [Series(_("Listeners"), values)],
        words=words.count_words,
        what=_("Time"),
    )


def _every_minute(noted: list[tuple[datetime, int]]) -> list[tuple[datetime, int | None]]:
    """With the minutes that nobody looked at, as gaps."""
    by_minute = dict(noted)
    first, last = noted[0][0], noted[-1][0]
    count = int((last - first).total_seconds() // 60) + 1
    moments = (first + timedelta(minutes=ahead) for ahead in range(count))
    return [(moment, by_minute.get(moment)) for moment in moments]


def _ways(found: hosting.SpaceInsights) -> list[Share]:
    return shares([(str(measure.label), count) for measure, count in found.came_from if count])


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
