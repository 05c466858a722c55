"""Search: Spaces by title, host and topic; people by name and handle; what was said in replays."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from rooms import selectors
from rooms.models import Space
from rooms.selectors import discovery, search
from rooms.selectors.reminders import reminded_among
from rooms.selectors.replays import above
from rooms.views.cards import LiveCard, live_cards, rings_of, rings_of_live, with_replays
from spaces_project.lib.errors import TooMany
from spaces_project.lib.pages import page

KINDS = {
    "": gettext_lazy("All"),
    "spaces": gettext_lazy("Spaces"),
    "people": gettext_lazy("People"),
    "said": gettext_lazy("Transcripts"),
}
# So many of each kind where both are shown; and of one kind a page.
FEW = {"spaces": 10, "people": 5, "said": 5}
PER_PAGE = 20
SUGGESTED = 5


@page
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What is found for `?q=`; without it, what is live."""
    query = request.GET.get("q", "")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    what = search.asked(query)
    context: dict[str, Any] = {
        "query": what.text,
        "kind": kind,
        "kinds": [(key, label, _address(what, kind=key)) for key, label in KINDS.items()],
        "query_max": search.QUERY_MAX_LENGTH,
        "here": request.get_full_path(),
    }
    status = 200
    if not what.text:
        context |= _suggestions(request)
    else:
        try:
            address = get_adapter().get_client_ip(request)
            search.require_pace(viewer=request.user, address=address, now=timezone.now())
            context |= _results(request, what, kind)
        except TooMany as error:
            # Beside what was typed, which stays.
            context["error"], status = error, error.status
    return render(request, "rooms/search.html", context, status=status)


def _address(what: search.Asked, **more: str) -> str:
    asked = {"q": what.text} | more
    return f"{reverse('search')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _suggestions(request: HttpRequest) -> dict[str, Any]:
    found = discovery.live_page(
        viewer=request.user, topic=None, language="", number=1, order="", limit=SUGGESTED
    )
    return {
        "suggested": live_cards(found.spaces, selectors.bubbles(found.spaces), viewer=request.user),
        "rings": rings_of_live(found.spaces),
        "topics": discovery.topic_rows(viewer=request.user),
    }


def _results(request: HttpRequest, what: search.Asked, kind: str) -> dict[str, Any]:
    context: dict[str, Any] = {"rings": {}}
    if kind in ("", "people"):
        context |= _people(request, what, kind)
    if kind in ("", "spaces"):
        context |= _spaces(request, what, kind)
    if kind in ("", "said"):
        context |= _said(request, what, kind)
    hosts = [space.host for space in context.get("scheduled", []) + context.get("ended", [])]
    people = [*hosts, *context.get("people", [])]
    context["rings"] = rings_of(people, viewer=request.user) | rings_of_live(
        [card.space for card in context.get("live", [])]
    )
    context["is_empty"] = not any(
        context.get(name) for name in ("live", "scheduled", "ended", "people", "said")
    )
    return context


def _people(request: HttpRequest, what: search.Asked, kind: str) -> dict[str, Any]:
    found, cursor = _page_of(search.people_found, request, what, kind, "people")
    people: list[User] = [person for _, person in found.rows]
    is_similar = not people and not cursor
    if is_similar:
        people = search.people_similar(what, viewer=request.user)[: FEW["people"] if not kind else None]
    return {
        "people": people,
        "people_similar": is_similar,
        "people_next": _address(what, kind="people", after=found.next if kind else "") if found.next else "",
    }


def _spaces(request: HttpRequest, what: search.Asked, kind: str) -> dict[str, Any]:
    found, cursor = _page_of(search.spaces_found, request, what, kind, "spaces")
    spaces: list[Space] = [space for _, space in found.rows]
    is_similar = not spaces and not cursor
    if is_similar:
        spaces = search.spaces_similar(what, viewer=request.user)[: FEW["spaces"] if not kind else None]
    live = [space for space in spaces if space.is_live]
    scheduled = [space for space in spaces if space.is_scheduled]
    ended = [space for space in spaces if not space.is_live and not space.is_scheduled]
    cards: list[LiveCard] = live_cards(live, selectors.bubbles(live), viewer=request.user) if live else []
    return {
        "live": cards,
        "scheduled": scheduled,
        "ended": with_replays(ended, viewer=request.user),
        "reminded": reminded_among(user=request.user, space_ids=[space.pk for space in scheduled]),
        "spaces_similar": is_similar,
        "spaces_next": _address(what, kind="spaces", after=found.next if kind else "") if found.next else "",
    }


def _said(request: HttpRequest, what: search.Asked, kind: str) -> dict[str, Any]:
    (said, following), _ = _page_of(above(settings.SEARCH_SAID), request, what, kind, "said")
    return {
        "said": said,
        "said_next": _address(what, kind="said", after=following if kind else "") if following else "",
    }


def _page_of(find: Any, request: HttpRequest, what: search.Asked, kind: str, of: str) -> tuple[Any, str]:
    """The page at the cursor of the address, and the cursor; what is none leads to the first page."""
    cursor = request.GET.get("after", "") if kind else ""
    limit = PER_PAGE if kind else FEW[of]
    try:
        return find(what, viewer=request.user, cursor=cursor, limit=limit), cursor
    except ValueError:
        return find(what, viewer=request.user, cursor="", limit=limit), ""
