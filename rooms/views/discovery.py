"""The Spaces tab: what is live, upcoming and over, by topic and language; and the button that follows a topic."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from rooms import selectors
from rooms.models import Topic
from rooms.selectors import discovery
from rooms.selectors.reminders import reminded_among
from rooms.services.topics import topic_follow, topic_unfollow
from rooms.views.cards import live_cards, rings_of, rings_of_live, with_replays
from spaces_project.lib.keyset import KeysetPage
from spaces_project.lib.pages import back, page

PER_PAGE = 20
TABS = {
    "live": gettext_lazy("Live"),
    "upcoming": gettext_lazy("Upcoming"),
    "replays": gettext_lazy("Replays"),
}
_LANGUAGES = dict(settings.SPACES_LANGUAGES)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of all Spaces the page shows."""

    tab: str
    topic: Topic | None
    language: str

    def address(self, **more: str) -> str:
        """The page's address with these changed or added; "" leaves one out."""
        asked = {
            "tab": self.tab,
            "topic": self.topic.slug if self.topic else "",
            "language": self.language,
        } | more
        if asked["tab"] == "live":
            asked["tab"] = ""
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('spaces')}?{query}" if query else reverse("spaces")

    @property
    def everything(self) -> str:
        """The same part of all Spaces, of every topic and language."""
        return self.address(topic="", language="")


@page
@require_safe
def space_list(request: HttpRequest) -> HttpResponse:
    """Spaces: live by rank, upcoming ones soonest first, or those that are over."""
    tab = request.GET.get("tab", "")
    language = request.GET.get("language", "")
    slug = request.GET.get("topic", "")
    topic = discovery.topic_by_slug(slug) if slug else None
    shown = Shown(tab if tab in TABS else "live", topic, language if language in _LANGUAGES else "")
    context: dict[str, Any] = {
        "shown": shown,
        "tab_links": [(key, label, shown.address(tab=key)) for key, label in TABS.items()],
        "all_topics_url": shown.address(topic=""),
        "topics": discovery.topic_rows(viewer=request.user),
        "languages": settings.SPACES_LANGUAGES,
        "here": request.get_full_path(),
    }
    context["topic_row"] = next((row for row in context["topics"] if row.topic == topic), None)
    fill = {"live": _live, "upcoming": _upcoming, "replays": _replays}[shown.tab]
    return render(request, "rooms/space_list.html", context | fill(request, shown))


def _live(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    number = request.GET.get("page", "")
    found = discovery.live_page(
        viewer=request.user,
        topic=shown.topic,
        language=shown.language,
        number=int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1,
        order=request.GET.get("order", ""),
        limit=PER_PAGE,
    )
    before, after = str(found.number - 1), str(found.number + 1)
    return {
        "cards": live_cards(found.spaces, selectors.bubbles(found.spaces), viewer=request.user),
        "rings": rings_of_live(found.spaces),
        "previous_url": shown.address(page=before, order=found.order) if found.number > 1 else "",
        "next_url": shown.address(page=after, order=found.order) if found.has_next else "",
    }


def _upcoming(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    found = _page_of(discovery.upcoming_page, request, shown)
    spaces = [space for _, space in found.rows]
    return {
        "followed": found.of("followed"),
        "others": found.of("others"),
        "reminded": reminded_among(user=request.user, space_ids=[space.pk for space in spaces]),
        "rings": rings_of((space.host for space in spaces), viewer=request.user),
    } | _pager(request, shown, found)


def _replays(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    found = _page_of(discovery.replays_page, request, shown)
    spaces = found.of("ended")
    return {
        "ended": with_replays(spaces, viewer=request.user),
        "rings": rings_of((space.host for space in spaces), viewer=request.user),
    } | _pager(request, shown, found)


def _page_of(find: Any, request: HttpRequest, shown: Shown) -> KeysetPage[Any]:
    """The page at the cursor of the address; what is none leads to the first page."""
    asked = {"viewer": request.user, "topic": shown.topic, "language": shown.language, "limit": PER_PAGE}
    try:
        found: KeysetPage[Any] = find(cursor=request.GET.get("after", ""), **asked)
    except ValueError:
        found = find(cursor="", **asked)
    return found


def _pager(request: HttpRequest, shown: Shown, found: KeysetPage[Any]) -> dict[str, Any]:
    # A cursor knows no way back: the browser does. From anywhere one gets to the beginning.
    return {
        "first_url": shown.address() if request.GET.get("after") else "",
        "next_url": shown.address(after=found.next) if found.next else "",
    }


@page
@login_required
@require_POST
def follow_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a topic."""
    assert isinstance(request.user, User)
    topic = discovery.topic_by_slug(slug)
    topic_follow(user=request.user, topic=topic, now=timezone.now())
    return _button(request, topic, is_followed=True)


@page
@login_required
@require_POST
def unfollow_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a topic no more."""
    assert isinstance(request.user, User)
    topic = discovery.topic_by_slug(slug)
    topic_unfollow(user=request.user, topic=topic)
    return _button(request, topic, is_followed=False)


def _button(request: HttpRequest, topic: Topic, *, is_followed: bool) -> HttpResponse:
    """The other face of the button where htmx asked for it, else the page one came from."""
    if not request.headers.get("HX-Request"):
        return back(request, f"{reverse('spaces')}?topic={topic.slug}")
    context = {"topic": topic, "is_followed": is_followed}
    return render(request, "components/topic_follow_button.html", context)
