"""Posts and timelines over REST."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.services import person_block
from rooms.models import Space
from social.models import Post
from social.services.posts import post_create
from tests.accounts.answers import refused
from tests.factories import FollowFactory


@pytest.fixture
def post(host: User, now: datetime) -> Post:
    """A post by the host."""
    return post_create(author=host, text="Good morning", now=now)


def test_write_and_read(api: Any, host: User, space: Space) -> None:
    made = api(host).post("/api/v1/posts/", {"text": "Come & listen", "space_id": str(space.pk)})
    assert made.status_code == 201
    body = made.json()
    assert set(body) == {
        "id", "author", "text", "created_at", "likes", "replies", "liked", "deleted", "parent", "space",
    }  # fmt: skip
    assert (body["text"], body["author"]["handle"], body["space"]["id"]) == (
        "Come & listen",
        "the_host",
        str(space.pk),
    )
    assert (body["likes"], body["replies"], body["liked"], body["parent"]) == (0, 0, False, None)
    assert api(None).get(f"/api/v1/posts/{body['id']}/").json() == body
    assert api(None).get("/api/v1/users/THE_HOST/posts/").json()["results"] == [body]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "post.empty"),
        ({"text": ""}, "post.empty"),
        ({"text": "\u202e"}, "post.empty"),
        ({"text": "x" * 281}, "post.too_long"),
        ({"text": "x" * 5001}, "invalid"),
        ({"text": None}, "invalid"),
        ({"text": "a\x00b"}, "invalid"),
        ({"text": ["x"]}, "invalid"),
        ({"text": "x", "space_id": "x"}, "invalid"),
        ([], "invalid"),
    ],
)
def test_bad_input(api: Any, host: User, body: Any, code: str) -> None:
    refused(api(host).post("/api/v1/posts/", body), 400, code)
    assert not Post.objects.exists()


def test_about_a_space_that_is_not_there(api: Any, host: User) -> None:
    answer = api(host).post("/api/v1/posts/", {"text": "x", "space_id": str(uuid4())})
    refused(answer, 404, "space.not_found")


def test_like_reply_delete(api: Any, host: User, listener: User, post: Post) -> None:
    mine, theirs = api(listener), api(host)
    path = f"/api/v1/posts/{post.pk}/"
    for _ in range(2):
        liked = mine.put(f"{path}like/").json()
        assert (liked["likes"], liked["liked"]) == (1, True)
    reply = mine.post(f"{path}replies/", {"text": "To you, too"}).json()
    assert reply["parent"] == {"id": str(post.pk), "author": liked["author"]}
    assert api(None).get(f"{path}replies/").json()["results"] == [reply]
    for _ in range(2):
        assert mine.delete(f"{path}like/").status_code == 204
    assert theirs.get(path).json()["likes"] == 0
    refused(mine.delete(path), 403, "post.not_yours")
    assert theirs.delete(path).status_code == 204
    for answer in (
        theirs.delete(path),
        theirs.get(path),
        mine.put(f"{path}like/"),
        mine.get(f"{path}replies/"),
        mine.post(f"{path}replies/", {"text": "x"}),
    ):
        refused(answer, 404, "post.not_found")


def test_guests_read_alone(api: Any, post: Post) -> None:
    guest = api(None)
    path = f"/api/v1/posts/{post.pk}/"
    assert guest.get(path).status_code == guest.get(f"{path}replies/").status_code == 200
    for answer in (
        guest.get("/api/v1/timeline/"),
        guest.post("/api/v1/posts/", {"text": "x"}),
        guest.delete(path),
        guest.put(f"{path}like/"),
        guest.post(f"{path}replies/", {"text": "x"}),
    ):
        refused(answer, 401, "not_signed_in")


def test_who_is_blocked_finds_nothing(
    api: Any, host: User, listener: User, post: Post, now: datetime
) -> None:
    person_block(owner=host, person=listener, now=now)
    blocked = api(listener)
    path = f"/api/v1/posts/{post.pk}/"
    for answer in (
        blocked.get(path),
        blocked.delete(path),
        blocked.put(f"{path}like/"),
        blocked.delete(f"{path}like/"),
        blocked.get(f"{path}replies/"),
        blocked.post(f"{path}replies/", {"text": "x"}),
    ):
        assert answer.status_code == 404
    assert api(host).get(path).json()["replies"] == 0


@pytest.mark.parametrize("key", ["0", "9" * 19, "9" * 40])
def test_ids_of_nothing(api: Any, listener: User, key: str) -> None:
    refused(api(listener).get(f"/api/v1/posts/{key}/"), 404, "post.not_found")


def test_home_page_by_page(api: Any, host: User, listener: User, now: datetime) -> None:
    FollowFactory(follower=listener, followee=host)
    made = [Post.objects.create(author=host, text=str(n), created_at=now) for n in range(5)]
    client = api(listener)
    seen: list[str] = []
    address = "/api/v1/timeline/?limit=2"
    while address:
        answer = client.get(address).json()
        assert answer["previous"] is None
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert seen == [str(post.pk) for post in reversed(made)]


@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "cj0xJnA9NQ==", "bz0xJnA9NQ=="],
    ids=["x", "nul", "p=abc", "p=9…9", "r=1", "o=1"],
)
def test_cursors_that_are_none(api: Any, listener: User, cursor: str) -> None:
    refused(api(listener).get(f"/api/v1/timeline/?cursor={cursor}"), 400, "cursor.invalid")
