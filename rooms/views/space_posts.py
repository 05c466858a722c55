"""All posts about a Space."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rooms import selectors
from rooms.selectors.posts import posts_of_space
from rooms.templatetags.space_posts import leave_out_space
from social.selectors.posts import page_of_posts, post_key
from social.views.posts import more_posts, wants_more
from spaces_project.lib.pages import page


@page
@require_safe
def space_posts(request: HttpRequest, space_id: str) -> HttpResponse:
    """The newest first, page by page."""
    space = selectors.room_for_viewer(user=request.user, space_id=space_id)
    found = posts_of_space(space, viewer=request.user)
    posts = page_of_posts(found, viewer=request.user, before=post_key(request.GET.get("before", "")))
    leave_out_space(posts.cards)
    if wants_more(request):
        return more_posts(request, posts)
    context = {
        "space": space,
        "posts": posts,
        "rings": selectors.live_space_of(posts.people, viewer=request.user),
    }
    return render(request, "rooms/space_posts.html", context)
