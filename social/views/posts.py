"""The page of a post with the replies to it; liking and deleting."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from social.models import Post
from social.selectors.posts import (
    PostPage,
    page_of_posts,
    post_cards,
    post_for_viewer,
    post_key,
    replies_of,
)
from social.selectors.spaces import live_space_of
from social.services.posts import post_create, post_delete, post_like, post_unlike
from spaces_project.lib.errors import NotFound, SpacesError
from spaces_project.lib.pages import back, page

# The id of what the button for more posts replaces: htmx names it when it asks.
MORE = "more-posts"


def wants_more(request: HttpRequest) -> bool:
    """Whether htmx asks for further posts alone, to put them below those that are there."""
    return request.headers.get("HX-Target") == MORE


def more_posts(request: HttpRequest, posts: PostPage) -> HttpResponse:
    """Further posts alone, with the button for more."""
    rings = live_space_of(posts.people, viewer=request.user)
    return render(request, "components/post_more.html", {"posts": posts, "rings": rings})


@page
@require_http_methods(["GET", "HEAD", "POST"])
def post_detail(request: HttpRequest, post_id: str) -> HttpResponse:
    """A post, what it answers, the replies to it, and the form for one's own."""
    post = post_for_viewer(user=request.user, post_id=post_id)
    if request.method != "POST":
        return _detail(request, post)
    if not isinstance(request.user, User):
        return redirect(f"/accounts/login/?next={post.get_absolute_url()}")
    text = request.POST.get("text", "")
    try:
        post_create(author=request.user, text=text, parent=post, now=timezone.now())
    except NotFound:
        raise
    except SpacesError as error:
        return _detail(request, post, typed=text, error=error)
    return redirect(post)


def _detail(
    request: HttpRequest, post: Post, typed: str = "", error: SpacesError | None = None
) -> HttpResponse:
    before = post_key(request.GET.get("before", ""))
    replies = page_of_posts(replies_of(post, viewer=request.user), viewer=request.user, before=before)
    if wants_more(request):
        return more_posts(request, replies)
    [card] = post_cards([post], viewer=request.user)
    parent = None
    if post.parent and card["parent"] and card["parent"]["author"]:
        [parent] = post_cards([post.parent], viewer=request.user)
        # What that one answers is a step too far.
        parent["parent"] = None
    people = replies.people | {post.author_id} | ({post.parent.author_id} if post.parent else set())
    context = {
        "post": card,
        # What previews of the link say.
        "words": card["text"] or (card["space"] or {}).get("title") or _("A post on Spaces."),
        "parent": parent,
        "posts": replies,
        "typed": typed,
        "error": error,
        "rings": live_space_of(people, viewer=request.user),
    }
    return render(request, "social/post.html", context, status=error.status if error else 200)


@page
@login_required
@require_POST
def like(request: HttpRequest, post_id: str) -> HttpResponse:
    """Like a post."""
    assert isinstance(request.user, User)
    post = post_for_viewer(user=request.user, post_id=post_id)
    post_like(post=post, user=request.user, now=timezone.now())
    return _like_button(request, post, liked=True)


@page
@login_required
@require_POST
def unlike(request: HttpRequest, post_id: str) -> HttpResponse:
    """Like a post no more."""
    assert isinstance(request.user, User)
    post = post_for_viewer(user=request.user, post_id=post_id)
    post_unlike(post=post, user=request.user)
    return _like_button(request, post, liked=False)


def _like_button(request: HttpRequest, post: Post, *, liked: bool) -> HttpResponse:
    """The other face of the button where htmx asked for it, else the page one came from."""
    if not request.headers.get("HX-Request"):
        return back(request, post.get_absolute_url())
    post.refresh_from_db(fields=["like_count"])
    card = {
        "id": str(post.pk),
        "likes": post.like_count,
        "liked": liked,
        "author": {"name": post.author.name},
    }
    return render(request, "components/post_like.html", {"post": card})


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, post_id: str) -> HttpResponse:
    """Delete one's post; a GET asks first (where the page's own dialog does not)."""
    assert isinstance(request.user, User)
    post = post_for_viewer(user=request.user, post_id=post_id)
    if request.method != "POST":
        [card] = post_cards([post], viewer=request.user)
        context = {"post": card, "rings": live_space_of({post.author_id}, viewer=request.user)}
        return render(request, "social/post_delete.html", context)
    post_delete(post=post, by=request.user, now=timezone.now())
    messages.success(request, _("Your post is deleted."))
    # The page of the post itself is gone.
    return back(request, request.user.get_absolute_url())
