"""Who listens: by page, with search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms.models import Participation, Role
from rooms.selectors import listeners_of
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def url(space):
    """The list."""
    return f"/api/v1/spaces/{space.pk}/listeners/"


def come(space, *users, role=Role.LISTENER, left_at=None):
    """These people are in the Space."""
    Participation.objects.bulk_create(
        Participation(space=space, user=user, role=role, left_at=left_at) for user in users
    )


@pytest.fixture
def handles(api, url):
    """`handles(user, q="ann")` are the handles that somebody finds, in their order."""
    return lambda user=None, **query: [one["handle"] for one in api(user).get(url, query).json()["results"]]


class TestSearch:
    """?q="""

    @pytest.fixture(autouse=True)
    def people(self, space, now):
        people = [
            UserFactory(handle="Anna_B", name="Zoe"),
            UserFactory(handle="bert", name="ANNE Lee"),
            UserFactory(handle="joanna", name="Jo Ann"),
            UserFactory(handle="percent", name="100% me"),
            UserFactory(handle="under", name="Éva Ångström"),
        ]
        for person in people:
            come(space, person)
        come(space, UserFactory(handle="ann_left"), left_at=now)
        come(space, UserFactory(handle="ann_speaks"), role=Role.SPEAKER)
        UserFactory(handle="ann_elsewhere")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("ann", {"Anna_B", "bert"}),
            ("ANNA", {"Anna_B"}),
            ("@anna", {"Anna_B"}),
            (" anna_b ", {"Anna_B"}),
            ("lee", set()),
            ("100%", {"percent"}),
            ("%", set()),
            ("_", set()),
            ("Éva", {"under"}),
            ("E\u0301va A\u030angström", {"under"}),
            ("x" * 3000, set()),
            ("'; --", set()),
        ],
    )
    def test_the_beginning_of_handle_or_name(self, handles, query, found):
        assert set(handles(q=query)) == found

    @pytest.mark.postgres
    def test_case_beyond_ascii(self, handles):
        """SQLite knows the case of ASCII alone."""
        assert handles(q="éva å") == ["under"]

    @pytest.mark.parametrize("query", ["", " ", "\x00", "\u200b", "@"])
    def test_nothing_asked_for_is_everybody(self, handles, query):
        assert len(handles(q=query)) == 5

    def test_pages_keep_the_question(self, api, url):
        first = api(None).get(url, {"q": "ann", "limit": 1}).json()
        second = api(None).get(first["next"]).json()
        assert {one["results"][0]["handle"] for one in (first, second)} == {"Anna_B", "bert"}
        assert second["next"] is None


def test_whom_one_follows(api, url, space, listener):
    friend, other = UserFactory(), UserFactory()
    come(space, friend, other)
    FollowFactory(follower=listener, followee=friend)
    FollowFactory(follower=other, followee=friend)
    rows = api(listener).get(url).json()["results"]
    assert {row["handle"]: row["is_following"] for row in rows} == {friend.handle: True, other.handle: False}
    assert not any(row["is_following"] for row in api(None).get(url).json()["results"])


def test_who_was_removed_sees_nobody(api, url, space, listener, join):
    join(space, listener)
    Participation.objects.filter(user=listener).update(removed_at=timezone.now(), left_at=timezone.now())
    refused(api(listener).get(url), 403, "space.removed")


def test_ten_and_a_thousand_take_the_same_queries(api, url, space, listener):
    client = api(listener)

    def queries(**query):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url, {"limit": 100, **query}).status_code == 200
        return len(counted)

    queries()  # notes that the session is used
    come(space, *UserFactory.create_batch(10))
    few = (queries(), queries(q="person"))
    come(space, *UserFactory.create_batch(300))
    assert (queries(), queries(q="person")) == few
    # Session, person, Space, topics, their place in it, the page.
    assert few[1] <= 6


@pytest.mark.postgres
def test_the_search_walks_the_listeners_of_the_space_alone(space):
    """What the index is for: among 5,000 users the few listeners of a Space are not looked for one by one."""
    users = User.objects.bulk_create(User(handle=f"ann_{number}", name="Ann") for number in range(5000))
    come(space, *users[:40])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user, rooms_participation")
    plan = listeners_of(space, viewer=users[0], query="ann").order_by("-joined_at", "-pk")[:51].explain()
    assert "Seq Scan on accounts_user" not in plan, plan
