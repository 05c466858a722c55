"""The pages of whom to follow, of bringing a list, the start of an empty home, and posts on the page of a Space."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Follow, User
from accounts.services import follow
from rooms.models import Space, Topic, TopicFollow
from social.services.posts import post_create
from tests.factories import UserFactory
from tests.pages.conftest import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def no_audio(settings: Any) -> None:
    settings.LIVEKIT_URL = ""


@pytest.fixture
def known(host: User, maya: User, speaker: User, now: Any) -> None:
    """People with followers."""
    for followee in (host, maya):
        follow(follower=speaker, followee=followee, now=now)


def sent(client: Client, **fields: Any) -> str:
    """What the import page answers to a form."""
    response = client.post("/people/import/", fields)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def label(button: Any) -> str:
    """What names a button whose words alone do not."""
    return str(button["aria-label"])


def badges(page: str) -> list[str]:
    return re.findall(r'<span class="badge[^"]*">([^<]*)</span>', page)


def test_whom_to_follow(visit: Visit, listener: User, known: None) -> None:
    page = visit(listener, "/people/")
    assert page.problems() == []
    assert [label(button) for button in page.all("button") if "Follow" in label(button)] == [
        "Follow Maya Kim",
        "Follow The Host",
    ]
    assert "1 follower" in page.text


def test_nobody_to_suggest(visit: Visit, listener: User) -> None:
    assert "Nobody to suggest yet" in visit(listener, "/people/").text


@pytest.mark.parametrize("path", ["/people/", "/people/import/"])
def test_guests_sign_in_first(path: str, client: Client) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    assert client.post("/people/import/", {"handles": "maya"}).status_code == 302


def test_a_list_is_looked_up_first_and_then_followed(
    visitor: Any, listener: User, known: None, now: Any
) -> None:
    client = visitor(listener)
    follow(follower=listener, followee=User.objects.get(handle="the_host"), now=now)
    page = sent(
        client, step="preview", handles="@maya\nthe_host\na_listener\nnobody_here\n<script>alert(1)</script>"
    )
    assert badges(page) == ["Here", "Following already", "You", "Not here", "Not here"]
    assert "1 person is here" in page
    assert "<script>alert" not in page
    assert Follow.objects.filter(follower=listener).count() == 1
    handles = re.search(r'<textarea name="handles" hidden[^>]*>([^<]*)</textarea>', page)
    assert handles is not None
    assert handles[1] == "maya"
    done = sent(client, step="follow", handles=handles[1])
    assert "You follow 1 more person" in done
    assert badges(done) == ["Followed"]
    assert Follow.objects.filter(follower=listener).count() == 2
    assert "Nobody new" in sent(client, step="follow", handles="maya")


def test_a_file_will_do(visitor: Any, listener: User, known: None) -> None:
    file = SimpleUploadedFile("following.csv", b"Name,Handle\nMaya,maya\nHost,the_host\n")
    page = sent(visitor(listener), step="preview", handles="", file=file)
    assert "2 people are here" in page
    assert badges(page) == ["Here", "Here"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"handles": "\n".join(f"p_{n}" for n in range(501))}, "Import at most 500 handles at once."),
        ({"handles": "a " * 40_000}, "Paste at most 64 KB."),
        ({"handles": "ma\0ya"}, "This is not a text file with handles."),
        ({"file": SimpleUploadedFile("a.csv", b"a\n" * 40_000)}, "Use a file of at most 64 KB."),
        (
            {"file": SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n\0")},
            "This is not a text file with handles.",
        ),
    ],
)
@pytest.mark.parametrize("step", ["preview", "follow"])
def test_what_cannot_be_read_is_said(
    step: str, fields: dict[str, Any], words: str, visitor: Any, listener: User
) -> None:
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    response = visitor(listener).post("/people/import/", {"step": step, **fields})
    assert response.status_code == 400
    assert words in response.content.decode()


def test_an_empty_list_is_said(visitor: Any, listener: User) -> None:
    assert "There is no handle in it." in sent(visitor(listener), step="preview", handles=" \n ")


def test_the_home_of_a_newcomer_has_a_start(visit: Visit, visitor: Any, listener: User, known: None) -> None:
    home = visit(listener, "/")
    assert home.problems() == []
    assert "Find your first voices" in home.text
    assert "Bring the people you follow elsewhere" in home.text
    labels = [label(button) for button in home.all("button")]
    topic = Topic.objects.order_by("name")[0]
    assert {"Follow Maya Kim", "Follow The Host", f"Follow {topic.name}"} <= set(labels)
    answer = visitor(listener).post(f"/topics/{topic.slug}/follow/", {"next": "/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert TopicFollow.objects.filter(user=listener, topic=topic).exists()
    assert f"Unfollow {topic.name}" in [label(button) for button in visit(listener, "/").all("button")]


def test_posts_stand_on_the_page_of_the_space(
    visit: Visit, space: Space, ended: Space, listener: User, now: Any
) -> None:
    for path in (space.get_absolute_url(), ended.get_absolute_url()):
        assert "Posts about this Space" not in visit(None, path).text
    for about in (space, ended):
        for number in range(7):
            post_create(author=UserFactory(), text=f"Word {number} <b>", space_id=about.pk, now=now)
        page = visit(listener, about.get_absolute_url())
        assert page.problems() == []
        assert "Posts about this Space" in page.text
        assert [n for n in range(7) if f"Word {n} <b>" in page.text] == [2, 3, 4, 5, 6]
        # The page is the Space's own: no card of it under each post.
        assert not page.all(class_="post-space")
        everything = visit(None, f"{about.get_absolute_url()}posts/")
        assert [n for n in range(7) if f"Word {n} <b>" in everything.text] == list(range(7))


def test_all_posts_by_pages(visit: Visit, visitor: Any, space: Space, host: User) -> None:
    from social.models import Post

    posts = [Post.objects.create(author=host, text=f"Word {n}.", space_id=space.pk) for n in range(25)]
    path = f"{space.get_absolute_url()}posts/"
    first = visit(host, path)
    assert "Word 24." in first.text
    assert "Word 4." not in first.text
    more = visitor(host).get(
        f"{path}?before={posts[5].pk}", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="more-posts"
    )
    assert "Word 4." in more.content.decode()
    assert "<main" not in more.content.decode()
    for before in ("x", "-1", "9" * 400, "\0", "²"):
        assert "Word 24." in visit(host, f"{path}?before={before}").text
    assert visitor(None).get("/spaces/nothing/posts/").status_code == 404
