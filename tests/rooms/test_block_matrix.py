"""Nothing of somebody reaches whom a block keeps apart from them: every address of the site and of the API, both ways.

The addresses are walked: a new one is asked with the ids of the other person's things, and must show nothing of them. What
shows something all the same stands in `SHOWN`, with its reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.services import follow, person_block
from rooms import presence
from rooms.models import Participation, Role, Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end, space_start
from rooms.services.posts import space_post
from rooms.services.reminders import reminder_set
from rooms.services.schedule import space_schedule
from social.models import Kind, Post
from social.services.direct import direct_send
from social.services.notifications import notify
from social.services.posts import post_create, post_like
from tests.factories import HostingWaiverFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

# In the name of the other person, and in all that is theirs.
MARK = "zanzibar"
WAYS = ("blocks", "blocked")
_CONVERSATION = "what was written to one stays readable for both"
_CHOSEN = "one's own list of whom one blocks or has muted"
SHOWN = {
    "api-me-blocks": _CHOSEN,
    "api-me-block": _CHOSEN,
    "api-me-mutes": _CHOSEN,
    "api-me-mute": _CHOSEN,
    "settings-privacy": _CHOSEN,
    "blocks-export": _CHOSEN,
    "mutes-export": _CHOSEN,
    "block": _CHOSEN,
    "unblock": _CHOSEN,
    "mute": _CHOSEN,
    "unmute": _CHOSEN,
    "api-conversations": _CONVERSATION,
    "api-conversation": _CONVERSATION,
    "api-conversation-messages": _CONVERSATION,
    "inbox": _CONVERSATION,
    "conversation": _CONVERSATION,
    "message-person": _CONVERSATION,
}
# Who blocks somebody still finds them, to take it back.
SHOWN_TO_WHO_BLOCKS = {
    "profile",
    "api-user",
    "followers",
    "following",
    "api-user-followers",
    "api-user-following",
}
# Drawn for crawlers, which have no account: it shows what every guest may see, and knows nobody.
FOR_GUESTS = {"space-card-image"}
QUERIES = {
    "api-search": "?q=quill",
    "search": "?q=quill",
    "api-spaces": "?host=other_one",
    "inbox": "?to=other_one",
}
# What an operation has to be told before it looks for the Space.
BODIES: dict[str, dict[str, Any]] = {
    "api-space-audio-connected": {"connection": "0" * 32},
    "api-space-mic": {"muted": True},
    "api-space-lock": {"locked": True},
    "api-space-invitation": {"role": "speaker"},
    "api-space-invitations": {"handle": "the_third", "role": "speaker"},
    "api-space-pins": {"url": "https://example.com/", "title": "Words"},
    "api-space-hand-over": {"handle": "the_third"},
    "api-space-messages": {"text": "Hello"},
    "api-space-posts": {"text": "Hello"},
    "api-space-reactions": {"kind": "heart"},
    "api-space-guest-join": {"token": ""},
    "api-space-guest-leave": {"token": "token"},
}
ADDRESSES = ("rooms", "social", "accounts", "moderation")


@dataclass
class World:
    """`viewer` and `other` are kept apart, and had much to do with each other; `third` knows both."""

    viewer: User
    other: User
    third: User
    spaces: dict[str, Space]
    third_space: Space
    post: Post
    ids: dict[str, Any]


@pytest.fixture(params=WAYS)
def world(request: Any, now: datetime, committed: Any) -> Iterator[World]:
    """`blocks`: the viewer blocks the other; `blocked`: the other blocks the viewer."""
    viewer: User = UserFactory(handle="the_viewer")
    third: User = UserFactory(handle="the_third", name="Third")
    other: User = UserFactory(handle="other_one", name=f"{MARK.title()} Quill", bio=f"From {MARK}")
    for person in (other, third):
        HostingWaiverFactory(user=person)
    with committed():
        pairs = [
            (viewer, other),
            (viewer, third),
            (other, viewer),
            (third, other),
            (other, third),
            (third, viewer),
        ]
        for follower, followee in pairs:
            follow(follower=follower, followee=followee, now=now)
        before = now - timedelta(hours=2)
        ended = space_start(host=other, title=f"Quill of {MARK} before", now=before)
        space_end(space=ended, by=other, now=before + timedelta(hours=1))
        live = space_start(host=other, title=f"Quill of {MARK} now", now=now)
        ahead = space_schedule(
            host=other, title=f"Quill of {MARK} soon", scheduled_at=now + timedelta(days=1), now=now
        )
        reminder_set(space=ahead, user=viewer, now=now)
        third_space = space_start(host=third, title="Open door", now=now)
        for space, people in ((live, (other, viewer)), (third_space, (third, other, viewer))):
            for person in people:
                space_join(space=space, user=person, now=now)
        # Somebody whom the viewer follows is on the other's stage: its bubble would be shown.
        Participation.objects.create(
            space=live, user=third, role=Role.SPEAKER, first_joined_at=now, joined_at=now
        )
        post = post_create(author=other, text=f"{MARK} and @the_viewer", now=now)
        root = post_create(author=third, text="About it", space_id=live.pk, now=now)
        post_create(author=other, text=f"{MARK} in reply", parent=root, now=now)
        post_create(author=third, text="An answer", parent=post, now=now)
        space_post(space=third_space, author=other, text=f"{MARK} on the door", now=now)
        post_like(post=root, user=other, now=now)
        message = direct_send(author=other, to=viewer, text="Hello there", now=now)
        notify(
            user=viewer,
            kind=Kind.LIVE,
            event="live",
            key="live:test",
            actor=other,
            space_id=live.pk,
            data={"title": live.title},
            now=now,
        )
        owner, person = (viewer, other) if request.param == "blocks" else (other, viewer)
        person_block(owner=owner, person=person, now=now)
    ids = {
        "handle": other.handle,
        "post_id": post.pk,
        "conversation_id": message.conversation_id,
        "message_id": message.pk,
    }
    yield World(viewer, other, third, {"ended": ended, "live": live, "ahead": ahead}, third_space, post, ids)
    for space in (live, third_space):
        presence.forget(space.pk)


def routes() -> list[tuple[str, str, list[str]]]:
    """Name, address and converters of every page and operation that is ours."""
    found: list[tuple[str, str, list[str]]] = []

    def walk(patterns: Any, prefix: str) -> None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                if getattr(entry.urlconf_name, "__name__", "").split(".")[0] in ADDRESSES:
                    walk(entry.url_patterns, prefix + str(entry.pattern))
            elif (
                isinstance(entry, URLPattern)
                and entry.name
                and prefix in ("", "api/v1/")
                and not str(entry.pattern).startswith("^")
            ):
                found.append((entry.name, prefix + str(entry.pattern), list(entry.pattern.converters)))

    walk(get_resolver().url_patterns, "")
    return found


ROUTES = routes()
OF_SPACES = [route for route in ROUTES if "space_id" in route[2]]
OTHERS = [route for route in ROUTES if "space_id" not in route[2]]


def address(route: str, world: World, space: Space | None = None) -> str:
    """The route with the ids of the other person's things; numbers that it has none for are 1."""
    ids = world.ids | {"space_id": space.pk if space else ""}
    for part in (
        "uuid:space_id",
        "str:space_id",
        *(f"{kind}:{name}" for name in ids for kind in ("int", "str")),
    ):
        route = route.replace(f"<{part}>", str(ids[part.partition(":")[2]]))
    for name in ("slug", "secret", "token"):
        route = route.replace(f"<str:{name}>", "music")
    while "<int:" in route:
        head, _, rest = route.partition("<int:")
        route = f"{head}1{rest.partition('>')[2]}"
    assert "<" not in route, f"Say what {route} is to be asked with"
    return f"/{route}"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return str(
        b"".join(answer.streaming_content if answer.streaming else [answer.content]), "utf-8", "replace"
    ).lower()


def test_the_walk_finds_the_addresses() -> None:
    assert len(OF_SPACES) > 40
    assert len(OTHERS) > 60
    names = {name for name, _, _ in ROUTES}
    assert set(SHOWN) | SHOWN_TO_WHO_BLOCKS | FOR_GUESTS | set(QUERIES) <= names


@pytest.mark.parametrize("state", ["live", "ahead", "ended"])
def test_no_address_of_the_space_is_there(world: World, state: str, api: Any) -> None:
    """Each answers as for a Space that there never was."""
    client, wrong = api(world.viewer), []
    for name, route, _ in OF_SPACES:
        if name in FOR_GUESTS:
            continue
        there, nowhere = (address(route, world, space) for space in (world.spaces[state], Space(pk=uuid4())))
        for method in ("get", "post", "put", "patch", "delete"):
            body = BODIES.get(name, {})
            answer = getattr(client, method)(there, body)
            if answer.status_code not in (404, 405):
                wrong.append((name, method, answer.status_code, answer.content[:200]))
            assert MARK not in text_of(answer), (name, method)
            if name.startswith("api-"):
                assert answer.content == getattr(client, method)(nowhere, body).content, (name, method)
    assert wrong == []


def test_no_other_address_shows_anything(world: World) -> None:
    client = browser(world.viewer)
    is_blocker = world.viewer.block_set.exists()
    for name, route, _ in OTHERS:
        if name in SHOWN or (is_blocker and name in SHOWN_TO_WHO_BLOCKS):
            continue
        answer = client.get(address(route, world) + QUERIES.get(name, ""))
        assert answer.status_code < 500, name
        assert MARK not in text_of(answer), name


def test_what_is_of_others_leaves_them_out(world: World, api: Any) -> None:
    client = api(world.viewer)
    third, door = f"/api/v1/users/{world.third.handle}/", f"/api/v1/spaces/{world.third_space.pk}/"
    root = Post.objects.get(text="About it")
    for url in (
        f"{third}followers/",
        f"{third}following/",
        f"{third}posts/",
        f"{door}listeners/",
        f"{door}posts/",
        f"/api/v1/posts/{root.pk}/",
        f"/api/v1/posts/{root.pk}/replies/",
        f"/posts/{root.pk}/",
        f"/@{world.third.handle}/",
        f"/@{world.third.handle}/followers/",
        f"/spaces/{world.third_space.pk}/",
        f"/spaces/{world.third_space.pk}/posts/",
    ):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert MARK not in text_of(answer), url
        assert str(world.spaces["live"].pk) not in text_of(answer), url


def test_acts_on_them_are_refused(world: World, api: Any) -> None:
    client = api(world.viewer)
    post = f"/api/v1/posts/{world.post.pk}/"
    acts = [
        ("put", "/api/v1/users/other_one/follow/", {}, 404),
        ("post", "/api/v1/users/other_one/messages/", {"text": "Hi"}, 403),
        ("post", f"/api/v1/conversations/{world.ids['conversation_id']}/messages/", {"text": "Hi"}, 403),
        ("put", f"{post}like/", {}, 404),
        ("post", f"{post}replies/", {"text": "Hi"}, 404),
    ]
    for method, url, body, status in acts:
        answer = getattr(client, method)(url, body)
        assert answer.status_code == status, (url, answer.content)


def test_they_are_told_nothing_of_each_other(world: World, now: datetime, committed: Any, api: Any) -> None:
    with committed():
        post_create(author=world.other, text="Once more @the_viewer", now=now)
        post_create(author=world.viewer, text="And @other_one", now=now)
    for user in (world.viewer, world.other):
        rows = api(user).get("/api/v1/notifications/").json()["results"]
        assert [row for row in rows if row["actor"] and row["actor"]["id"] != str(world.third.pk)] == []


def test_a_follow_import_finds_nobody(world: World, api: Any) -> None:
    answer = api(world.viewer).post("/api/v1/follow-imports/", {"handles": ["other_one"], "preview": True})
    assert answer.json()["results"][0]["outcome"] in ("unknown", "blocked")
    assert answer.json()["followed"] == 0


def test_who_is_not_concerned_sees_all_of_it(world: World, api: Any) -> None:
    client = api(world.third)
    for state in ("live", "ahead", "ended"):
        assert MARK in text_of(client.get(f"/api/v1/spaces/{world.spaces[state].pk}/"))
    for url in (
        "/api/v1/search/?q=quill",
        "/api/v1/users/other_one/posts/",
        "/@other_one/",
        "/api/v1/spaces/",
    ):
        assert MARK in text_of(client.get(url)), url
