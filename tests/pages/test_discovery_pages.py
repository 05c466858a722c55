"""The Spaces tab: live, upcoming, replays; topics and languages; pages; following a topic."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms.models import Space, TopicFollow
from rooms.services.lifecycle import space_end
from tests.factories import FollowFactory, UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document
from tests.rooms.finding import heard_again, live, replayed, scheduled


def shown(page: Document) -> list[str]:
    """The ids of the cards, in their order."""
    return [card["data-space"] for card in page.all("article")]


def link(page: Document, words: str) -> str:
    """Where the link of these words in the content leads."""
    return next(one["href"] for one in page.all("a") if one.text == words and one.inside("main"))


def test_three_tabs(visit: Visit, space: Space, ended: Space, host: User, now: datetime) -> None:
    coming = scheduled(host, "Tomorrow", at=now + timedelta(days=1), reminder_count=1200)

    page = visit(None, "/spaces/")
    assert shown(page) == [str(space.pk)]
    assert "Evening jazz" not in page.text
    page = visit(None, link(page, "Upcoming"))
    assert shown(page) == [str(coming.pk)]
    assert "1.2K waiting" in page.text
    assert page.one("time")["datetime"]
    assert "No replays yet" in visit(None, link(page, "Replays")).text
    heard_again(ended)
    page = visit(None, link(page, "Replays"))
    assert page.one("a", class_="space-row__title")["href"] == f"/spaces/{ended.pk}/"
    assert "42 minutes" in page.text
    assert [one.text for one in page.all("a", aria_current="page") if one.inside("main")] == ["Replays"]


@pytest.mark.parametrize(
    ("tab", "words"),
    [("", "Nobody is live"), ("upcoming", "Nothing is announced"), ("replays", "No replays yet")],
)
def test_empty_ones_say_what_to_do(visit: Visit, db: None, tab: str, words: str) -> None:
    assert words in visit(None, f"/spaces/?tab={tab}").text
    page = visit(None, f"/spaces/?tab={tab}&topic=music&language=de")
    assert page.one("p", class_="empty__actions")


@pytest.mark.parametrize(
    "query", ["tab=x", "language=tlh", "page=x", "page=99999999999999999999", "page=%00", "order=%00"]
)
@pytest.mark.parametrize("after", ["", "&after=x", "&after=%00%F0", "&after=" + "A" * 500])
def test_any_address_is_a_page(visit: Visit, space: Space, query: str, after: str) -> None:
    for tab in ("", "&tab=upcoming", "&tab=replays"):
        page = visit(None, f"/spaces/?{query}{after}{tab}")
        assert page.one("nav", class_="segmented")
    assert shown(visit(None, f"/spaces/?{query}{after}")) == [str(space.pk)]


@pytest.mark.parametrize("slug", ["nothing", "%00", "%F0%9F%8E%99", "x" * 300])
def test_a_topic_that_does_not_exist(visit: Visit, db: None, slug: str) -> None:
    assert "This topic does not exist." in visit(None, f"/spaces/?topic={slug}", status=404).text


def test_tabs_and_filters_keep_each_other(visit: Visit, host: User, now: datetime) -> None:
    live(host, now=now, topics=("music",), language="de")
    live(UserFactory(), "Other", now=now, topics=("news",), language="de")

    page = visit(None, "/spaces/?topic=music&language=de")

    assert len(shown(page)) == 1
    asked = parse_qs(urlsplit(link(page, "Replays")).query)
    assert asked == {"tab": ["replays"], "topic": ["music"], "language": ["de"]}
    chosen = [option["value"] for option in page.all("option") if "selected" in option]
    assert chosen == ["music", "de"]
    page = visit(None, "/spaces/?tab=replays&topic=music")
    assert page.one("input", name="tab")["value"] == "replays"


def test_pages_of_live_ones_show_each_once(
    visitor: Callable[[User | None], Client], make_live: Callable[[int], list[Space]], listener: User
) -> None:
    spaces = make_live(45)
    client = visitor(listener)
    seen: list[str] = []
    url = "/spaces/"
    while url:
        page = Document(client.get(url))
        seen += shown(page)
        # Sizes change between the pages.
        Space.objects.filter(pk__in=seen).update(listeners_seen=0)
        Space.objects.exclude(pk__in=seen).update(listeners_seen=7)
        url = next((one["href"] for one in page.all("a", rel="next")), "")
    assert sorted(seen) == sorted(str(space.pk) for space in spaces)


def test_pages_of_replays_go_on_and_back_to_the_start(visit: Visit, host: User, now: datetime) -> None:
    for number in range(25):
        replayed(host, f"Over {number}", at=now - timedelta(minutes=number), language="de")

    page = visit(None, "/spaces/?tab=replays&language=de")
    assert len(page.all("a", class_="space-row__title")) == 20
    page = visit(None, page.one("a", rel="next")["href"])
    assert page.all("a", class_="space-row__title")[0].text == "Over 20"
    assert page.all("a", rel="next") == []
    assert page.one("a", rel="start")["href"] == "/spaces/?tab=replays&language=de"


def test_upcoming_begins_with_people_one_follows(
    visit: Visit, listener: User, host: User, maya: User, now: datetime
) -> None:
    soon = scheduled(host, "Soon", at=now + timedelta(hours=1))
    later = scheduled(maya, "Later", at=now + timedelta(hours=2))
    FollowFactory(follower=listener, followee=maya)

    page = visit(listener, "/spaces/?tab=upcoming")

    assert shown(page) == [str(later.pk), str(soon.pk)]
    assert [heading.text for heading in page.all("h2") if heading.inside("main")] == [
        "From people you follow",
        "Also coming up",
    ]
    assert page.one("button", id=f"remind-{soon.pk}")


def test_following_a_topic(client: Client, visit: Visit, listener: User, space: Space) -> None:
    slug = space.topics.get().slug
    page = visit(listener, "/spaces/")
    chip = page.one("a", class_="chip")
    assert chip["href"] == f"/spaces/?topic={slug}"
    page = visit(listener, chip["href"])
    assert "1 live now" in page.text
    follow = page.one("form", class_="follow")["action"]

    client.force_login(listener)
    response = client.post(follow, {"next": "/spaces/?topic=t-0"})
    assert (response.status_code, response.headers["Location"]) == (302, "/spaces/?topic=t-0")
    assert TopicFollow.objects.filter(user=listener, topic__slug=slug).count() == 1
    button = client.post(follow, headers={"HX-Request": "true"}).content.decode()
    assert f"/topics/{slug}/unfollow/" in button
    assert "<html" not in button
    assert client.post(f"/topics/{slug}/unfollow/").headers["Location"] == f"/spaces/?topic={slug}"
    assert not TopicFollow.objects.exists()
    assert client.post("/topics/nothing/follow/").status_code == 404
    assert client.get(follow).status_code == 405


def test_guests_sign_in_to_follow_a_topic(client: Client, visit: Visit, db: None) -> None:
    page = visit(None, "/spaces/?topic=music")
    assert link(page, "Follow") == "/accounts/login/?next=/spaces/%3Ftopic%3Dmusic"
    assert client.post("/topics/music/follow/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("tab", ["live", "upcoming", "replays"])
def test_queries_do_not_grow_with_rows(
    client: Client,
    make_live: Callable[[int], list[Space]],
    listener: User,
    host: User,
    tab: str,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(listener)
    FollowFactory(follower=listener, followee=host)
    scheduled(host, at=now + timedelta(hours=1))
    client.get("/spaces/")

    for number in (6, 30):
        for space in make_live(number):
            heard_again(space_end(space=space, by=space.host, now=timezone.now()))
        for space in make_live(number):
            scheduled(space.host, at=now + timedelta(hours=2))
        # Session, user; topics: those followed, how many are live, all.
        # Live: the order, Spaces, topics; stages, counts. Upcoming: two kinds with topics each, reminders, rings.
        # Replays: Spaces, topics; what is said of each; rings.
        with django_assert_num_queries({"live": 11, "upcoming": 11, "replays": 9}[tab]):
            client.get(f"/spaces/?tab={tab}")
