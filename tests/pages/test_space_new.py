"""Starting a Space from its page."""

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Space, Topic
from tests.pages.conftest import Visit
from tests.pages.documents import Document

FIELDS = {"title": "Office hours", "language": "de", "speak_policy": "invited"}


def test_guests_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/spaces/new/").headers["Location"] == "/accounts/login/?next=/spaces/new/"
    assert client.post("/spaces/new/", FIELDS).headers["Location"].startswith("/accounts/login/")
    assert not Space.objects.exists()


def test_says_what_is_missing(visit: Visit, listener: User) -> None:
    User.objects.filter(pk=listener.pk).update(follower_count=412)

    page = visit(listener, "/spaces/new/")

    assert "412 of 600 followers" in page.text
    assert "188 more" in page.text
    bar = page.one("progress")
    assert (bar["value"], bar["max"]) == ("412", "600")
    assert page.all("input", name="title") == []


def test_refuses_whoever_may_not(client: Client, listener: User) -> None:
    client.force_login(listener)

    response = client.post("/spaces/new/", FIELDS)

    assert response.status_code == 403
    assert "0 of 600 followers" in Document(response).text
    assert not Space.objects.exists()


def test_goes_live(client: Client, host: User, topics: list[Topic]) -> None:
    client.force_login(host)

    response = client.post("/spaces/new/", FIELDS | {"topics": ["t-1", "t-2"]})

    space = Space.objects.get()
    assert response.headers["Location"] == f"/spaces/{space.pk}/?open=1"
    assert (space.host, space.title, space.language, space.speak_policy) == (
        host,
        "Office hours",
        "de",
        "invited",
    )
    assert [topic.slug for topic in space.topics.all()] == ["t-1", "t-2"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " \u200b "}, "Give your Space a title."),
        ({"title": "x" * 71}, "Use at most 70 characters."),
        ({"topics": ["t-0", "t-1", "t-2", "t-3"]}, "Choose at most 3 topics."),
        ({"topics": ["t-0", "no-such"]}, "One of these topics does not exist."),
        ({"topics": ["\x00"]}, "One of these topics does not exist."),
        ({"language": "tlh"}, "Choose a language from the list."),
        ({"language": ""}, "Choose a language from the list."),
        ({"speak_policy": "all"}, "Choose who may speak."),
    ],
)
def test_keeps_what_was_typed(
    client: Client, host: User, topics: list[Topic], fields: dict[str, object], words: str
) -> None:
    client.force_login(host)

    response = client.post(
        "/spaces/new/", {"title": "Kept", "language": "de", "speak_policy": "invited"} | fields
    )

    assert response.status_code == 400
    page = Document(response)
    assert words in [error.text for error in page.all(class_="field__error")]
    assert page.one("input", name="title")["value"] == fields.get("title", "Kept")
    checked = [box["value"] for box in page.all("input", name="topics") if "checked" in box]
    assert checked == [slug for slug in fields.get("topics", []) if slug.startswith("t-")]  # type: ignore[attr-defined]
    assert page.problems() == []
    assert not Space.objects.exists()


def test_one_at_a_time(client: Client, space: Space, host: User, visit: Visit) -> None:
    page = visit(host, "/spaces/new/")
    assert "You are live already" in page.text
    assert space.get_absolute_url() in [link["href"] for link in page.all("a")]

    client.force_login(host)
    response = client.post("/spaces/new/", FIELDS)

    assert response.status_code == 409
    assert Space.objects.count() == 1


def test_words_and_strictness(client: Client, host: User) -> None:
    client.force_login(host)

    refused = client.post("/spaces/new/", FIELDS | {"blocked_words": "fine, !!!", "strict_messages": "on"})

    assert refused.status_code == 400
    page = Document(refused)
    assert "“!!!” has neither letters nor digits in it." in page.text
    assert page.one("textarea", name="blocked_words").text.strip() == "fine, !!!"
    assert "checked" in page.one("input", name="strict_messages")

    assert (
        client.post("/spaces/new/", FIELDS | {"blocked_words": "spam; buy now\r\nidiot*"}).status_code == 302
    )
    space = Space.objects.get()
    assert (space.blocked_words, space.strict_messages) == (["spam", "buy now", "idiot*"], False)
