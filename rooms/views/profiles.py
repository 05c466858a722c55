"""The pages of a person: profile, followers, following. They are here, above accounts, since they show who is live."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import selectors as people
from accounts.models import User
from rooms import selectors
from rooms.views.cards import live_cards, rings_of, with_replays
from social.selectors.direct import may_write
from social.selectors.posts import page_of_posts, post_key, posts_of
from social.views.posts import more_posts, wants_more
from spaces_project.lib.page_parts import page_parts
from spaces_project.lib.pages import page

PAST_PER_PAGE = 10
PEOPLE_PER_PAGE = 40


@page
@require_safe
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Who somebody is, whether they are live, and what they wrote or (`?tab=spaces`) hosted."""
    person = people.user_for_viewer(handle, request.user)
    if getattr(person, "is_blocked", False):
        return render(request, "rooms/profile_blocked.html", {"person": person})
    if person.is_suspended:
        return render(request, "rooms/profile_suspended.html", {"person": person})
    rings = selectors.live_space_of([person.pk], viewer=request.user)
    live = [selectors.space_for_viewer(user=request.user, space_id=rings[person.pk])] if rings else []
    context: dict[str, Any] = {
        "person": person,
        "is_self": request.user.pk == person.pk,
        "is_following": people.is_following(request.user, person),
        "is_muted": getattr(person, "is_muted", False),
        "may_write": isinstance(request.user, User) and may_write(author=request.user, to=person),
        "cards": live_cards(live, selectors.bubbles(live), viewer=request.user) if live else [],
        "rings": rings,
        "tab": "spaces" if request.GET.get("tab") == "spaces" else "posts",
    } | page_parts("profile", request, person=person)
    if context["tab"] == "spaces":
        past = Paginator(selectors.past_spaces(person), PAST_PER_PAGE).get_page(request.GET.get("page"))
        shown = with_replays(past.object_list, viewer=request.user)
        context["has_replays"] = any(vars(space).get("replay") for space in shown)
        upcoming = list(selectors.upcoming_of(person)) if past.number == 1 else []
        return render(request, "rooms/profile.html", context | {"past": past, "upcoming": upcoming})
    before = post_key(request.GET.get("before", ""))
    posts = page_of_posts(posts_of(person, viewer=request.user), viewer=request.user, before=before)
    if wants_more(request):
        return more_posts(request, posts)
    return render(request, "rooms/profile.html", context | {"posts": posts, "before": before})


@page
@require_safe
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    """Who follows this person."""
    person = people.user_for_viewer(handle, request.user)
    follows = Paginator(people.followers_of(person, viewer=request.user), PEOPLE_PER_PAGE)
    shown = follows.get_page(request.GET.get("page"))
    rows = [(follow.follower, getattr(follow, "is_following", False)) for follow in shown]
    context = {"person": person, "kind": "followers", "shown": shown, "rows": rows}
    return render(
        request,
        "rooms/people.html",
        context | {"rings": rings_of((row[0] for row in rows), viewer=request.user)},
    )


@page
@require_safe
def following(request: HttpRequest, handle: str) -> HttpResponse:
    """Whom this person follows."""
    person = people.user_for_viewer(handle, request.user)
    follows = Paginator(people.following_of(person, viewer=request.user), PEOPLE_PER_PAGE)
    shown = follows.get_page(request.GET.get("page"))
    rows = [(follow.followee, getattr(follow, "is_following", False)) for follow in shown]
    context = {"person": person, "kind": "following", "shown": shown, "rows": rows}
    return render(
        request,
        "rooms/people.html",
        context | {"rings": rings_of((row[0] for row in rows), viewer=request.user)},
    )
