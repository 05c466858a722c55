"""Search over Spaces and people, on both databases; with trigrams, and on servers that have none."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import person_block
from rooms.models import Space
from rooms.selectors import search
from spaces_project.lib import fulltext
from spaces_project.lib.errors import TooMany
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused
from tests.rooms.finding import ended, live, scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

GUEST = AnonymousUser()
SEARCH = "/api/v1/search/"
ODD = [
    *(
        "!",
        ":*",
        "a:*",
        "!a",
        "a & | b",
        "& & &",
        "a |",
        "(a",
        "a)",
        "'",
        "''",
        '"',
        "a'b",
        "<->",
        "a <-> b",
        "\\",
        "\\'",
    ),
    *(
        "%",
        "_",
        "a%b",
        "%%",
        "a_",
        "\0",
        "a\0b",
        "\x1b[0m",
        "\u202eabc",
        "🎙",
        "🎙🎙 🎷",
        "𝔍azz",
        "²",
        "ﷺ" * 40,
        "٣",
    ),
    *(
        "a" * 500,
        "a " * 250,
        "é" * 500,
        "@",
        "@@@",
        "#",
        "http://x/?a=b&c",
        "a@b.c",
        "-1",
        "a-b-c",
        "\ud800",
        "日本語",
        "हिन्दी",
    ),
]


@pytest.fixture
def maya(db):
    """Somebody whose name is looked for."""
    return UserFactory(handle="maya_k", name="Maya Kim", follower_count=5)


def titles(query, viewer=GUEST, limit=50):
    """Of all Spaces found, in their order."""
    found = search.spaces_found(search.asked(query), viewer=viewer, cursor="", limit=limit)
    return [space.title for _, space in found.rows]


def similar(query, viewer=GUEST):
    return [space.title for space in search.spaces_similar(search.asked(query), viewer=viewer)]


def handles(query, viewer=GUEST):
    found = search.people_found(search.asked(query), viewer=viewer, cursor="", limit=50)
    return [person.handle for _, person in found.rows]


class TestSpaces:
    """Title, host, topic; every word somewhere; the last one may be a beginning."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("morning", True),
            ("MORNING jazz", True),
            ("jazz morning", True),
            ("mor", True),
            ("morning ja", True),
            ("Maya", True),
            ("maya_k", True),
            ("@maya_k", True),
            ("Kim morning", True),
            ("music", True),
            ("music maya jazz", True),
            ("  jazz,  ", True),
            ("evening", False),
            ("morning evening", False),
            ("jazz Noah", False),
        ],
    )
    def test_what_finds_it(self, maya, now, query, found):
        live(maya, "Morning jazz", now=now, topics=("music", "news"))
        assert titles(query) == (["Morning jazz"] if found else [])

    def test_words_of_another_space_are_not_mixed_in(self, maya, host, now):
        live(maya, "Morning jazz", now=now)
        live(host, "Evening voices", now=now, topics=("music",))
        assert titles("jazz music") == titles("evening maya") == []

    def test_live_then_upcoming_then_ended_each_by_its_time(self, maya, host, outsider, now, at):
        ended(maya, "talk five", at=at(-200))
        ended(maya, "talk four", at=at(-100))
        scheduled(maya, "talk three", at=at(7200))
        scheduled(maya, "talk two", at=at(3600))
        live(host, "talk one", now=at(-50))
        live(outsider, "talk zero", now=at(-40))
        Space.objects.create(host=maya, title="talk no", state="cancelled", scheduled_at=at(9), ended_at=now)
        assert titles("talk") == [f"talk {n}" for n in ("zero", "one", "two", "three", "four", "five")]

    @pytest.mark.parametrize("limit", [1, 2, 3, 10])
    def test_pages_hold_every_one_once(self, maya, host, now, at, limit):
        live(host, "talk", now=now)
        for number in range(3):
            scheduled(maya, "talk", at=at(3600 + number // 2))
            ended(maya, "talk", at=at(-number // 2), topics=("music",))
        seen, cursor = [], ""
        while True:
            found = search.spaces_found(search.asked("talk"), viewer=GUEST, cursor=cursor, limit=limit)
            seen += [space.pk for _, space in found.rows]
            assert len(found.rows) <= limit
            if not (cursor := found.next):
                break
        assert len(seen) == len(set(seen)) == 7

    @pytest.mark.parametrize("blocks", ["host", "listener"])
    def test_blocks_hold_both_ways(self, host, listener, now, blocks):
        live(host, "Morning jazz", now=now)
        owner, person = (host, listener) if blocks == "host" else (listener, host)
        person_block(owner=owner, person=person, now=now)
        assert titles("jazz", listener) == similar("jaz", listener) == handles(host.handle, listener) == []
        assert titles("jazz") == ["Morning jazz"]


class TestPeople:
    """Handle and name."""

    def test_the_handle_itself_then_by_followers(self, maya):
        UserFactory(handle="maya", name="Another", follower_count=0)
        UserFactory(handle="zoe", name="Zoe Maya", follower_count=900)
        UserFactory(handle="noah", name="Noah", follower_count=9000)
        assert handles("maya") == handles("@MAYA") == ["maya", "zoe", "maya_k"]

    @pytest.mark.parametrize("query", ["may", "kim may", "maya k", "Kim", "maya_", "MAYA_K"])
    def test_words_and_beginnings(self, maya, query):
        assert handles(query) == ["maya_k"]

    def test_who_is_gone_is_not_found(self, maya):
        User.objects.filter(pk=maya.pk).update(is_active=False)
        assert handles("maya") == []

    def test_whom_one_follows_is_said(self, maya, listener):
        what = search.asked("maya")
        FollowFactory(follower=listener, followee=maya)
        for viewer, follows in ((listener, True), (GUEST, False)):
            [(_, person)] = search.people_found(what, viewer=viewer, cursor="", limit=5).rows
            assert person.is_following is follows

    def test_pages_hold_everybody_once(self):
        people = UserFactory.create_batch(7, name="Many Kim")
        seen, cursor = [], ""
        while True:
            found = search.people_found(search.asked("kim"), viewer=GUEST, cursor=cursor, limit=3)
            seen += [person.pk for _, person in found.rows]
            if not (cursor := found.next):
                break
        assert sorted(seen) == sorted(person.pk for person in people)


@pytest.mark.parametrize("query", ODD)
def test_any_text_is_a_question(api, client, maya, listener, now, query):
    live(maya, "a % _ \\ ' & | ! :* b", now=now)
    asked = {"q": query.encode("utf-8", "replace").decode()}
    assert api(listener).get(SEARCH, asked).status_code in (200, 400)
    assert client.get("/search/", asked).status_code == 200
    what = search.asked(query)
    assert len(what.text) <= 100
    for found in (search.spaces_similar(what, viewer=GUEST), search.people_similar(what, viewer=GUEST)):
        assert len(found) <= 20


@pytest.mark.parametrize("query", ["%", "_", "\\", "a%", "a_b", "%a"])
def test_signs_of_patterns_are_signs(host, now, query):
    live(host, "axb ayb", now=now)
    UserFactory(handle="axb", name="axb")
    assert handles("a_b") == handles("%") == []
    assert titles("%") == titles("_") == []
    assert titles("a_b") == titles("a%b") == []


@pytest.mark.postgres
class TestLikeness:
    """What is typed wrongly, where the server has trigrams; this one must, or the next class is all there is."""

    @pytest.fixture(autouse=True)
    def trigrams(self, db):
        fulltext.forget_indexes()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
            server_has_it = cursor.fetchone()[0] == 1
        assert fulltext.has_index("space_title_trigrams") is server_has_it
        assert fulltext.has_index("user_name_trigrams") is server_has_it
        return server_has_it

    def test_typing_errors(self, maya, now, trigrams):
        live(maya, "Technology in the morning", now=now)
        expected = ["Technology in the morning"] if trigrams else []
        for query in ("tecnology", "Technolgy", "technology mornin g"):
            assert titles(query) == []
            assert similar(query) == expected, query
        people = search.people_similar(search.asked("Mya Kim"), viewer=GUEST)
        assert [person.handle for person in people] == (["maya_k"] if trigrams else [])

    def test_the_inside_of_words(self, maya, now):
        live(maya, "Wohnungssuche in 日本語で話す会", now=now)
        for query in ("suche", "SUCHE", "話す"):
            assert titles(query) == []
            assert similar(query) == ["Wohnungssuche in 日本語で話す会"]
        assert [one.handle for one in search.people_similar(search.asked("aya"), viewer=GUEST)] == ["maya_k"]

    def test_the_most_like_comes_first(self, host, outsider, now, trigrams):
        live(host, "Tecnologia", now=now)
        live(outsider, "Technology", now=now)
        assert similar("technologi")[:1] == (["Technology"] if trigrams else [])


@pytest.mark.postgres
class TestWithoutTrigrams:
    """A server that has no pg_trgm, or does not let us make it."""

    @pytest.fixture(autouse=True)
    def no_trigrams(self, db):
        # Undone with the test's transaction.
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        fulltext.forget_indexes()
        yield
        fulltext.forget_indexes()

    def test_words_beginnings_and_insides_are_found_all_the_same(self, maya, now):
        live(maya, "Morning jazz", now=now, topics=("music",))
        assert titles("morn") == titles("music kim") == similar("orn") == ["Morning jazz"]
        assert handles("may") == ["maya_k"]
        assert [one.handle for one in search.people_similar(search.asked("aya"), viewer=GUEST)] == ["maya_k"]
        assert similar("mornning") == []

    @pytest.mark.parametrize("query", ODD)
    def test_any_text_is_a_question(self, api, maya, now, query):
        live(maya, "a % _ \\ ' & | ! :* b", now=now)
        asked = {"q": query.encode("utf-8", "replace").decode()}
        assert api(None).get(SEARCH, asked).status_code in (200, 400)


class TestApi:
    """GET /search/"""

    def test_both_kinds_and_one(self, api, maya, host, listener, now):
        space = live(maya, "Morning jazz", now=now)
        found = api(listener).get(SEARCH, {"q": "maya"}).json()
        assert [row["id"] for row in found["spaces"]["results"]] == [str(space.pk)]
        assert found["spaces"]["results"][0]["listeners"] == 0
        [person] = found["people"]["results"]
        assert (person["handle"], person["is_following"]) == ("maya_k", False)
        one = api(listener).get(SEARCH, {"q": "maya", "kind": "people"}).json()
        assert one == {"spaces": None, "people": found["people"]}

    def test_pages(self, api, maya, at):
        for number in range(5):
            ended(maya, f"talk {number}", at=at(-number))
        url, seen = f"{SEARCH}?q=talk&limit=2", []
        while url:
            page = api(None).get(url).json()["spaces"]
            seen += [row["title"] for row in page["results"]]
            url = page["next"]
        assert seen == [f"talk {number}" for number in range(5)]

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("q", {}),
            ("q", {"q": " \0 "}),
            ("kind", {"q": "a", "kind": "posts"}),
            ("kind", {"q": "a", "cursor": "x"}),
        ],
    )
    def test_bad_input_names_its_field(self, api, field, asked):
        assert field in refused(api(None).get(SEARCH, asked), 400, "invalid")["fields"]

    @pytest.mark.parametrize("kind", ["spaces", "people"])
    @pytest.mark.parametrize("cursor", ["x", "é", "bGl2ZSB4IHk", "ZW5kZWQgMjAyNi0wMS0wMSB4", "A" * 3000])
    def test_a_cursor_of_nothing(self, api, kind, cursor):
        answer = api(None).get(SEARCH, {"q": "a", "kind": kind, "cursor": cursor})
        refused(answer, 400, "cursor.invalid")

    def test_not_too_often(self, api, limit, listener, outsider):
        limit("search", account=(3, 30), address=(10, 30))
        for person, times in ((listener, 3), (outsider, 3), (None, 4)):
            client = api(person)
            for _ in range(times):
                assert client.get(SEARCH, {"q": "a"}).status_code == 200
            answer = client.get(SEARCH, {"q": "a"})
            refused(answer, 429, "too_many")
            assert int(answer.headers["Retry-After"]) <= 30

    def test_the_pace_is_one_over_all_doors(self, limit, listener, client, now, api):
        limit("search", account=(2, 30))
        client.force_login(listener)
        assert client.get("/search/", {"q": "a"}).status_code == 200
        assert api(listener).get(SEARCH, {"q": "a"}).status_code == 200
        assert client.get("/search/", {"q": "a"}).status_code == 429
        with pytest.raises(TooMany):
            search.require_pace(viewer=listener, address="", now=now)


def test_searches_take_the_same_queries_for_any_number(api, listener, maya, now, at):
    member = api(listener)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert member.get(SEARCH, {"q": "talk", "limit": 100}).status_code == 200
            assert member.get(SEARCH, {"q": "kim", "kind": "people"}).status_code == 200
        return len(counted)

    def more(count):
        for host in UserFactory.create_batch(count, name="Some Kim"):
            live(host, "talk", now=now, topics=("music",))
            scheduled(host, "talk", at=at(3600), topics=("music",))
            ended(host, "talk", at=at(-3600), topics=("music",))

    more(3)
    fulltext.has_index("user_name_trigrams")
    queries()
    few = queries()
    more(25)
    assert queries() == few <= 24
