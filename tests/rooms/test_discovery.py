"""Lists of Spaces: who comes first, what stays the same while sizes change, and what is not shown."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import person_block
from rooms import presence
from rooms.errors import TopicNotFound
from rooms.models import Participation, Role, Space, SpaceSeries, Topic, TopicFollow
from rooms.selectors import discovery
from rooms.services.reconcile import note_sizes, reconcile_live_spaces
from rooms.services.topics import topic_follow, topic_unfollow
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused
from tests.rooms.finding import ended, live, many_live, replayed, scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

GUEST = AnonymousUser()


@pytest.fixture(autouse=True)
def no_kept_orders():
    """No list has been looked at."""
    cache.clear()


def ids(spaces):
    return [space.pk for space in spaces]


def live_ids(viewer, *, number=1, order="", limit=20, topic=None, language=""):
    found = discovery.live_page(
        viewer=viewer, topic=topic, language=language, number=number, order=order, limit=limit
    )
    return ids(found.spaces), found


class TestLive:
    """Ranked by whom one follows, topics, size, age."""

    def test_the_order(self, listener, now, at):
        people = UserFactory.create_batch(6)
        old, new, large, by_topic, guest_host, followed = (
            live(person, now=at(second)) for second, person in enumerate(people)
        )
        Space.objects.filter(pk=large.pk).update(listeners_seen=50)
        by_topic.topics.set(Topic.objects.filter(slug="music"))
        topic_follow(user=listener, topic=Topic.objects.get(slug="music"), now=now)
        FollowFactory(follower=listener, followee=people[5])
        speaker = UserFactory()
        FollowFactory(follower=listener, followee=speaker)
        Participation.objects.create(space=guest_host, user=speaker, role=Role.SPEAKER, on_stage_since=now)

        assert live_ids(listener)[0] == ids([followed, guest_host, by_topic, large, new, old])
        assert live_ids(GUEST)[0] == ids([large, followed, guest_host, by_topic, new, old])

    def test_somebody_followed_who_only_listens_or_was_removed_counts_not(self, listener, now, at):
        first, second = (live(person, now=at(n)) for n, person in enumerate(UserFactory.create_batch(2)))
        friend = UserFactory()
        FollowFactory(follower=listener, followee=friend)
        Participation.objects.create(space=first, user=friend, role=Role.LISTENER)
        gone = UserFactory()
        FollowFactory(follower=listener, followee=gone)
        Participation.objects.create(space=first, user=gone, role=Role.LISTENER, removed_at=now)
        assert live_ids(listener)[0] == ids([second, first])

    def test_pages_hold_every_space_once_while_sizes_change(self, listener, now):
        spaces = many_live(7, now=now)
        seen, found = live_ids(listener, limit=3)
        assert seen == ids(spaces[:3])
        assert found.has_next
        # The last one outgrows all, and what was on the first page shrinks.
        Space.objects.filter(pk=spaces[6].pk).update(listeners_seen=99)
        Space.objects.filter(pk=spaces[0].pk).update(listeners_seen=0)
        for number in (2, 3):
            more, found = live_ids(listener, number=number, order=found.order, limit=3)
            seen += more
        assert seen == ids(spaces)
        assert not found.has_next

    def test_what_ended_meanwhile_is_left_out(self, listener, now):
        spaces = many_live(5, now=now)
        _, found = live_ids(listener, limit=3)
        Space.objects.filter(pk=spaces[3].pk).update(state="ended", ended_at=now, end_reason="host")
        assert live_ids(listener, number=2, order=found.order, limit=3)[0] == [spaces[4].pk]

    def test_an_order_that_is_lost_or_made_up_ranks_anew(self, listener, now):
        spaces = many_live(5, now=now)
        for order in ("", "made-up", "\0 \n" * 30, "é" * 500):
            assert live_ids(listener, number=2, order=order, limit=3)[0] == ids(spaces[3:])
        assert live_ids(listener, number=99, limit=3)[0] == ids(spaces[3:])

    def test_somebody_elses_order_shows_nobody_who_is_blocked(self, listener, outsider, now):
        spaces = many_live(5, now=now)
        person_block(owner=spaces[4].host, person=outsider, now=now)
        _, found = live_ids(listener, limit=3)
        assert live_ids(outsider, number=2, order=found.order, limit=3)[0] == [spaces[3].pk]

    def test_topic_and_language(self, now):
        music = live(UserFactory(), now=now, topics=("music", "news"))
        german = live(UserFactory(), now=now, topics=("music",), language="de")
        live(UserFactory(), now=now, language="de")
        topic = discovery.topic_by_slug("music")
        assert set(live_ids(GUEST, topic=topic)[0]) == {music.pk, german.pk}
        assert live_ids(GUEST, topic=topic, language="de")[0] == [german.pk]
        assert live_ids(GUEST, topic=topic, language="fr")[0] == []


def walk(find, viewer, limit=3, **asked):
    """All rows of a list, page by page."""
    rows, cursor = [], ""
    while True:
        found = find(viewer=viewer, cursor=cursor, limit=limit, **({"topic": None, "language": ""} | asked))
        rows += found.rows
        if not (cursor := found.next):
            return rows


class TestUpcomingAndReplays:
    """By time, page by page."""

    def test_those_of_people_one_follows_come_first(self, listener, host, outsider, at):
        FollowFactory(follower=listener, followee=host)
        theirs = [scheduled(host, at=at(hour * 3600)) for hour in (9, 7, 8, 30)]
        others = [scheduled(outsider, at=at(hour * 3600)) for hour in (3, 1, 2)]
        soonest = [theirs[1], theirs[2], theirs[0], theirs[3]]
        rows = walk(discovery.upcoming_page, listener)
        assert [space.pk for name, space in rows if name == "followed"] == ids(soonest)
        assert [space.pk for name, space in rows if name == "others"] == ids(
            [others[1], others[2], others[0]]
        )
        assert [name for name, _ in rows] == ["followed"] * 4 + ["others"] * 3
        guests = walk(discovery.upcoming_page, GUEST)
        assert [space.scheduled_at for _, space in guests] == sorted(
            space.scheduled_at for space in theirs + others
        )

    def test_a_series_is_its_next_one(self, host, now, at):
        series = SpaceSeries.objects.create(
            host=host, every="week", first_on=now.date(), local_time=now.time(), made_until=now.date()
        )
        week = 7 * 86_400
        first, second = (scheduled(host, at=at(3600 + n * week), series=series) for n in range(2))
        other = scheduled(host, at=at(3 * week))
        assert [space.pk for _, space in walk(discovery.upcoming_page, GUEST)] == ids([first, other])
        Space.objects.filter(pk=first.pk).update(state=Space.State.CANCELLED, ended_at=now)
        assert [space.pk for _, space in walk(discovery.upcoming_page, GUEST)] == ids([second, other])

    def test_of_one_moment_none_is_lost_or_twice(self, host, at):
        spaces = [scheduled(host, at=at(3600)) for _ in range(7)]
        assert [space.pk for _, space in walk(discovery.upcoming_page, GUEST)] == sorted(ids(spaces))
        past = [replayed(host, at=at(-3600)) for _ in range(7)]
        rows = walk(discovery.replays_page, GUEST)
        assert [space.pk for _, space in rows] == sorted(ids(past), reverse=True)

    def test_replays_latest_first_while_more_end(self, host, at):
        spaces = [replayed(host, at=at(-60 * number)) for number in range(5)]
        first = discovery.replays_page(viewer=GUEST, topic=None, language="", cursor="", limit=3)
        replayed(host, at=at(10))
        rest = discovery.replays_page(viewer=GUEST, topic=None, language="", cursor=first.next, limit=3)
        assert ids(first.of("ended") + rest.of("ended")) == ids(spaces)
        assert rest.next == ""

    def test_only_their_own_state(self, host, at, now):
        for state in ("cancelled", "expired"):
            Space.objects.create(host=host, title="No", state=state, scheduled_at=at(60), ended_at=now)
        live(host, now=now)
        ended(host, at=now)
        assert walk(discovery.upcoming_page, GUEST) == walk(discovery.replays_page, GUEST) == []

    @pytest.mark.parametrize("cursor", ["x", "é", "\0", "ZW5kZWQ", "b3RoZXJzIHggeQ", "=" * 50, "A" * 4000])
    def test_a_bad_cursor_is_a_value_error(self, listener, cursor):
        for find in (discovery.upcoming_page, discovery.replays_page):
            with pytest.raises(ValueError):
                find(viewer=listener, topic=None, language="", cursor=cursor, limit=3)


@pytest.mark.parametrize("blocks", ["host", "listener"])
def test_blocks_hold_both_ways_in_every_list(host, listener, now, at, blocks, api):
    live(host, now=now, topics=("music",))
    scheduled(host, at=at(3600))
    replayed(host, at=at(-3600))
    owner, person = (host, listener) if blocks == "host" else (listener, host)
    person_block(owner=owner, person=person, now=now)
    assert live_ids(listener)[0] == []
    assert walk(discovery.upcoming_page, listener) == walk(discovery.replays_page, listener) == []
    assert api(listener).get("/api/v1/spaces/").json()["results"] == []
    assert {row.live for row in discovery.topic_rows(viewer=listener)} == {0}
    assert len(live_ids(GUEST)[0]) == len(walk(discovery.upcoming_page, GUEST)) == 1
    assert len(walk(discovery.replays_page, GUEST)) == 1
    assert len(api(None).get("/api/v1/spaces/").json()["results"]) == 3


class TestTopics:
    """Following them, over services and API."""

    def test_done_twice_it_is_done_once(self, listener, now):
        topic = Topic.objects.get(slug="music")
        assert [topic_follow(user=listener, topic=topic, now=now) for _ in range(2)] == [True, False]
        assert TopicFollow.objects.count() == 1
        assert [topic_unfollow(user=listener, topic=topic) for _ in range(2)] == [True, False]

    def test_over_the_api(self, api, listener, now, at, host):
        live(host, now=now, topics=("music",))
        ended(host, at=at(-60), topics=("music",))
        client = api(listener)
        wanted = {"slug": "music", "name": "Music", "is_following": True, "live": 1}
        for _ in range(2):
            answer = client.put("/api/v1/topics/music/follow/")
            assert (answer.status_code, answer.json()) == (200, wanted)
        rows = {row["slug"]: row for row in client.get("/api/v1/topics/").json()}
        assert rows["music"] == wanted
        assert [slug for slug, row in rows.items() if row["is_following"] or row["live"]] == ["music"]
        for _ in range(2):
            assert client.delete("/api/v1/topics/music/follow/").status_code == 204
        assert not api(None).get("/api/v1/topics/").json()[0]["is_following"]

    def test_refusals(self, api, listener):
        refused(api(None).put("/api/v1/topics/music/follow/"), 401, "not_signed_in")
        for slug in ("nothing", "%00", "🎙", "x" * 300):
            refused(api(listener).put(f"/api/v1/topics/{slug}/follow/"), 404, "topic.not_found")
            refused(api(listener).get("/api/v1/spaces/", {"topic": slug}), 404, "topic.not_found")
        with pytest.raises(TopicNotFound):
            discovery.topic_by_slug("\0")


class TestApi:
    """GET /spaces/ by state, topic, language, host, order."""

    def test_filters_narrow_together(self, api, host, outsider, now, at):
        wanted = ended(host, at=at(-60), topics=("music",), language="de")
        ended(host, at=at(-60), topics=("music",))
        ended(host, at=at(-60), language="de")
        ended(outsider, at=at(-60), topics=("music",), language="de")
        live(host, now=now, topics=("music",), language="de")
        asked = {"state": "ended", "topic": "music", "language": "de", "host": host.handle}
        found = api(None).get("/api/v1/spaces/", asked).json()["results"]
        assert [row["id"] for row in found] == [str(wanted.pk)]

    def test_orders_and_their_pages(self, api, host, now, at):
        past = [ended(host, at=at(-minute * 60)) for minute in (2, 1, 3)]
        coming = [scheduled(host, at=at(hour * 3600)) for hour in (2, 1, 3)]
        sizes = many_live(3, now=now)
        expected = {
            "latest": [past[1], past[0], past[2]],
            "soonest": [coming[1], coming[0], coming[2]],
            "largest": sizes,
            "newest": sorted([*past, *coming, *sizes], key=lambda space: space.pk, reverse=True),
        }
        for ordering, spaces in expected.items():
            rows, url = [], f"/api/v1/spaces/?ordering={ordering}&limit=2"
            while url:
                answer = api(None).get(url).json()
                rows += [row["id"] for row in answer["results"]]
                url = answer["next"]
            assert rows == [str(space.pk) for space in spaces], ordering

    @pytest.mark.parametrize(
        ("field", "asked"),
        [
            ("state", {"state": "gone"}),
            ("language", {"language": "tlh"}),
            ("ordering", {"ordering": "-host__password"}),
            ("ordering", {"ordering": "latest", "state": "live"}),
        ],
    )
    def test_bad_input_names_its_field(self, api, field, asked):
        assert field in refused(api(None).get("/api/v1/spaces/", asked), 400, "invalid")["fields"]


class TestSizes:
    """What reconciliation keeps for the order of lists."""

    def test_one_update_a_round_however_many(self, now, at):
        spaces = many_live(12, now=now)
        Space.objects.update(listeners_seen=0)
        for number, space in enumerate(spaces):
            presence.touch(space.pk, range(1_000_000, 1_000_000 + number), now)
        fresh = list(Space.objects.live())
        with CaptureQueriesContext(connection) as counted:
            note_sizes(fresh, now=at(1))
        updates = [one["sql"] for one in counted if one["sql"].startswith("UPDATE")]
        assert len(updates) == 1
        assert "listeners_seen" in updates[0]
        assert updates[0].count("SET") == 1
        assert [Space.objects.get(pk=space.pk).listeners_seen for space in spaces] == list(range(12))
        with CaptureQueriesContext(connection) as counted:
            note_sizes(list(Space.objects.live()), now=at(1))
        assert not [one for one in counted if one["sql"].startswith("UPDATE")]
        for space in spaces:
            presence.forget(space.pk)

    def test_a_round_of_reconciliation_keeps_them(self, space, listener, join, at, committed):
        join(space, listener)
        with committed():
            reconcile_live_spaces(now=at(3))
        assert Space.objects.get(pk=space.pk).listeners_seen == 1


def test_lists_take_the_same_queries_for_any_number(listener, host, now, at):
    FollowFactory(follower=listener, followee=host)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            live_ids(listener)
            discovery.upcoming_page(viewer=listener, topic=None, language="", cursor="", limit=20)
            discovery.replays_page(viewer=listener, topic=None, language="", cursor="", limit=20)
            discovery.topic_rows(viewer=listener)
        return len(counted)

    def more(count):
        many_live(count, now=now)
        outsider = UserFactory()
        for number in range(count):
            # Fewer than a page of those one follows, so that both kinds are always read.
            scheduled(outsider, at=at(3600 + number))
            replayed(outsider, at=at(-number))

    scheduled(host, at=at(3600))
    more(5)
    few = queries()
    more(60)
    # Live: order, rows, topics; upcoming: two kinds, topics each; replays: rows, topics; topics: three.
    assert queries() == few == 12


def test_the_newest_minute_is_shown_first_of_equals(now):
    older, newer = (live(UserFactory(), now=now + timedelta(minutes=n)) for n in (0, 1))
    assert live_ids(GUEST)[0] == ids([newer, older])
