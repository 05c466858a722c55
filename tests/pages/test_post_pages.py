"""The page of a post, liking and deleting, and posts on profiles."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.services import person_block
from rooms.models import Space
from rooms.services.lifecycle import space_end
from social.models import Post
from social.services.posts import post_create, post_delete
from tests.pages.conftest import Visit
from tests.pages.documents import Document

HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(maya: User, now: datetime) -> Post:
    """Maya says something."""
    return post_create(author=maya, text='Jazz at "six" & <later>', now=now)


def test_for_guests_and_previews(visit: Visit, post: Post) -> None:
    page = visit(None, f"/posts/{post.pk}/")

    assert page.one("p", class_="post__text").text == 'Jazz at "six" & <later>'
    assert page.one("meta", property="og:title")["content"] == "Maya Kim (@maya)"
    assert page.one("meta", property="og:description")["content"] == 'Jazz at "six" & <later>'
    assert page.one("meta", property="og:url")["content"] == f"http://testserver/posts/{post.pk}/"
    assert "Sign in to reply" in page.text
    assert page.all("textarea") == []


def test_replies_by_the_form_with_what_they_answer(
    client: Client, visit: Visit, listener: User, post: Post
) -> None:
    client.force_login(listener)

    assert (
        client.post(f"/posts/{post.pk}/", {"text": "Which bar?"}).headers["Location"] == f"/posts/{post.pk}/"
    )
    reply = Post.objects.get(parent=post)
    assert [one.text for one in visit(None, f"/posts/{post.pk}/").all("p", class_="post__text")] == [
        'Jazz at "six" & <later>',
        "Which bar?",
    ]
    above, main = visit(None, f"/posts/{reply.pk}/").all("article", class_="post")
    assert above["id"] == f"post-{post.pk}"
    assert "post--main" in main.classes
    refused = Document(client.post(f"/posts/{post.pk}/", {"text": "y" * 300}))
    assert (refused.response.status_code, refused.one("textarea").text) == (400, "y" * 300)


def test_a_guest_who_replies_is_led_to_the_sign_in(client: Client, post: Post) -> None:
    answer = client.post(f"/posts/{post.pk}/", {"text": "x"})

    assert answer.headers["Location"] == f"/accounts/login/?next=/posts/{post.pk}/"


def test_like_and_unlike_by_htmx_and_without(client: Client, listener: User, post: Post) -> None:
    client.force_login(listener)

    liked = Document(client.post(f"/posts/{post.pk}/like/", headers=HTMX))
    assert liked.one("form")["action"] == f"/posts/{post.pk}/unlike/"
    assert (liked.one("button")["aria-pressed"], liked.one("button").text) == ("true", "1")
    unliked = Document(client.post(f"/posts/{post.pk}/unlike/", headers=HTMX))
    assert unliked.one("button")["aria-label"] == "Like. Likes: 0"
    back = client.post(f"/posts/{post.pk}/like/", {"next": "https://elsewhere.example/"})
    assert back.headers["Location"] == f"/posts/{post.pk}/"
    assert client.get(f"/posts/{post.pk}/like/").status_code == 405
    client.logout()
    assert client.post(f"/posts/{post.pk}/like/").headers["Location"].startswith("/accounts/login/")


def test_delete_ones_own(client: Client, visit: Visit, maya: User, listener: User, post: Post) -> None:
    client.force_login(listener)
    assert client.post(f"/posts/{post.pk}/delete/").status_code == 403
    client.force_login(maya)
    assert "Delete this post?" in Document(client.get(f"/posts/{post.pk}/delete/")).text
    assert client.post(f"/posts/{post.pk}/delete/", {"next": "/"}).headers["Location"] == "/"
    visit(maya, f"/posts/{post.pk}/", status=404)
    assert client.post(f"/posts/{post.pk}/delete/").status_code == 404


def test_what_is_not_there(
    client: Client, visit: Visit, maya: User, listener: User, post: Post, now: datetime
) -> None:
    for key in ("0", "x", "%00", "9" * 30, "٣"):
        visit(maya, f"/posts/{key}/", status=404)
    reply = post_create(author=listener, text="Hm", parent=post, now=now)
    post_delete(post=post, by=maya, now=now)
    assert "What this answers is not there any more." in visit(None, f"/posts/{reply.pk}/").text
    person_block(owner=listener, person=maya, now=now)
    client.force_login(maya)
    for act in ("", "like/", "unlike/", "delete/"):
        assert client.post(f"/posts/{reply.pk}/{act}", {"text": "x"}, headers=HTMX).status_code == 404


def test_a_space_in_a_post(visit: Visit, host: User, listener: User, space: Space, now: datetime) -> None:
    post = post_create(author=host, text=f"Come! http://testserver/spaces/{space.pk}/", now=now)

    page = visit(listener, f"/posts/{post.pk}/")
    title = page.one("a", class_="post-space__title")
    assert (title.text, title["data-join-space"]) == ("Morning <jazz>", str(space.pk))
    # The card stands for the link.
    assert page.one("p", class_="post__text").text == "Come!"
    assert "data-join-space" not in visit(None, f"/posts/{post.pk}/").one("a", class_="post-space__title")
    space_end(space=space, by=host, now=now + timedelta(minutes=1))
    ended = visit(listener, f"/posts/{post.pk}/").one("div", class_="post-space")
    assert "Ended" in ended.text
    Space.objects.filter(pk=space.pk).delete()
    assert visit(listener, f"/posts/{post.pk}/").all(class_="post-space") == []


def test_posts_and_spaces_of_somebody(visit: Visit, maya: User, ended: Space, post: Post) -> None:
    posts, spaces = visit(None, "/@maya/"), visit(None, "/@maya/?tab=spaces")

    assert [one["id"] for one in posts.all("article", class_="post")] == [f"post-{post.pk}"]
    assert spaces.all("article", class_="post") == []
    assert spaces.one("a", class_="space-row__title")["href"] == ended.get_absolute_url()
    assert [one.text for one in spaces.all(class_="segmented__link", aria_current="page")] == ["Spaces"]


def test_more_of_somebody(client: Client, visit: Visit, maya: User, now: datetime) -> None:
    for number in range(25):
        Post.objects.create(author=maya, text=f"Post {number}", created_at=now)

    more = visit(None, "/@maya/").one("a", rel="next")
    assert len(visit(None, f"/@maya/{more['href']}").all(class_="post")) == 5
    part = client.get(more["hx-get"], headers={"HX-Request": "true", "HX-Target": "more-posts"})
    assert len(Document(part).all(class_="post")) == 5
