"""The search page: what it finds, what it says when there is nothing, what it offers before one types."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.models import Space
from tests.factories import FollowFactory, UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document
from tests.rooms.finding import ended as over
from tests.rooms.finding import live, scheduled


def headings(page: Document) -> list[str]:
    """The words of the headings below the first, in their order."""
    return [one.text for one in page.elements if one.tag in ("h2", "h3") and one.inside("main")]


def test_before_one_types(visit: Visit, space: Space, listener: User) -> None:
    page = visit(listener, "/search/")

    assert "autofocus" in page.one("input", id="search-q")
    assert page.one("article")["data-space"] == str(space.pk)
    assert any(one["href"] == "/spaces/?topic=music" for one in page.all("a", class_="chip"))


def test_results_in_groups(visit: Visit, host: User, maya: User, listener: User, now: datetime) -> None:
    live(maya, "Jazz now", now=now)
    scheduled(maya, "Jazz soon", at=now + timedelta(hours=1))
    over(host, "Jazz over", at=now - timedelta(hours=1))
    UserFactory(handle="jazzy", name="Jazz Cat")
    FollowFactory(follower=listener, followee=User.objects.get(handle="jazzy"))

    page = visit(listener, "/search/?q=jazz")

    wanted = ["People", "Spaces", "Live now", "Jazz now", "Upcoming", "Jazz soon", "Ended"]
    assert [one for one in headings(page) if one in wanted] == wanted
    assert page.one("a", class_="space-row__title").text == "Jazz over"
    assert page.one("button", aria_label="Unfollow Jazz Cat")
    assert page.one("input", id="search-q")["value"] == "jazz"
    assert "autofocus" not in page.one("input", id="search-q")
    assert page.one("title").text == "jazz · Search · Spaces"
    people = visit(listener, "/search/?q=jazz&kind=people")
    assert headings(people) == ["People"]
    assert people.one("input", name="kind")["value"] == "people"


def test_nothing_found(visit: Visit, space: Space) -> None:
    page = visit(None, "/search/?q=xyzxyz")

    assert "Nothing found" in page.text
    assert page.one("p", id="search-status").text == "Nothing found."


@pytest.mark.postgres
def test_what_comes_close_is_said_to_be_that(visit: Visit, ended: Space) -> None:
    page = visit(None, "/search/?q=vening")

    assert "No Space is called exactly that. These come close." in page.text
    assert page.one("a", class_="space-row__title").text == "Evening jazz"


def test_more_than_a_few_lead_to_all(visit: Visit, maya: User, now: datetime) -> None:
    for number in range(25):
        over(maya, f"Jazz {number}", at=now - timedelta(minutes=number))

    page = visit(None, "/search/?q=jazz")
    assert len(page.all("a", class_="space-row__title")) == 10
    page = visit(
        None, next(one["href"] for one in page.all("a") if one.text == "All Spaces" and one.inside("section"))
    )
    assert len(page.all("a", class_="space-row__title")) == 20
    page = visit(None, page.one("a", rel="next")["href"])
    assert [one.text for one in page.all("a", class_="space-row__title")] == [
        f"Jazz {n}" for n in range(20, 25)
    ]


def test_what_was_typed_is_text(visit: Visit, db: None) -> None:
    page = visit(None, "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20autofocus%20x=%22")

    assert page.problems() == []
    assert page.one("input", id="search-q")["value"].startswith("<script>")


@pytest.mark.parametrize(
    "query", ["q=a&kind=x", "q=a&kind=spaces&after=x", "q=a&kind=people&after=%00", "q=%00", "kind=people"]
)
def test_any_address_is_a_page(visit: Visit, space: Space, query: str) -> None:
    assert visit(None, f"/search/?{query}").one("input", id="search-q")


def test_too_often_keeps_what_was_typed(client: Client, limit: Callable[..., None], listener: User) -> None:
    limit("search", account=(1, 30))
    client.force_login(listener)
    client.get("/search/?q=jazz")

    response = client.get("/search/?q=jazz", headers={"HX-Request": "true"})

    assert response.status_code == 429
    page = Document(response)
    assert "That was too often." in page.one("p", class_="notice--warning").text
    assert page.one("input", id="search-q")["value"] == "jazz"
    # Looking at what is live is no search.
    assert client.get("/search/").status_code == 200


def test_queries_do_not_grow_with_rows(client: Client, listener: User, now: datetime) -> None:
    client.force_login(listener)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get("/search/?q=jazz&kind=spaces")
            client.get("/search/?q=jazz")
        return len(counted)

    def more(number: int) -> None:
        for host in UserFactory.create_batch(number, name="Jazz Kim"):
            live(host, "jazz", now=now, topics=("music",))
            scheduled(host, "jazz", at=now + timedelta(hours=1))
            over(host, "jazz", at=now - timedelta(hours=1))

    more(2)
    queries()
    few = queries()
    more(30)
    # A page that the live ones fill asks for no others.
    assert queries() <= few <= 45
