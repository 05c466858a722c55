"""Reactions: counted, never kept, never a frame each. (What goes out: tests/live/test_messages.py.)"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms import reactions
from rooms.errors import NotInSpace, Removed, SpaceEnded
from rooms.models import Participation, Space
from rooms.services.lifecycle import space_end
from rooms.services.reactions import space_react
from spaces_project.lib.errors import Invalid, TooMany
from tests.factories import UserFactory
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


class TestReact:
    """space_react"""

    def test_taps_are_counted_by_kind(self, space, host, listener, join, now, sent):
        join(space, listener)
        seq = Space.objects.get(pk=space.pk).seq
        sent.clear()
        for person, kind in [(host, "❤️"), (listener, "❤️"), (listener, "🔥")]:
            space_react(space=space, user=person, kind=kind, now=now)
        assert reactions.totals([space.pk]) == {space.pk: {"❤️": 2, "🔥": 1}}
        assert sent == []
        assert Space.objects.get(pk=space.pk).seq == seq

    def test_every_kind_of_the_setting(self, space, now, settings, user_in):
        for kind in settings.SPACES_REACTIONS:
            space_react(space=space, user=user_in(space), kind=kind, now=now)
        assert set(reactions.totals([space.pk])[space.pk]) == set(settings.SPACES_REACTIONS)

    @pytest.mark.parametrize("kind", ["", "❤", "💩", "❤️❤️", "heart", "x" * 5000, "\x00"])
    def test_a_kind_that_there_is_not(self, space, host, now, kind):
        with pytest.raises(Invalid) as wrong:
            space_react(space=space, user=host, kind=kind, now=now)
        assert list(wrong.value.fields) == ["kind"]
        assert reactions.totals([space.pk]) == {space.pk: {}}

    def test_ten_in_five_seconds(self, space, host, listener, join, at):
        join(space, listener)
        for tenth in range(10):
            space_react(space=space, user=host, kind="👏", now=at(tenth / 10))
        with pytest.raises(TooMany) as wrong:
            space_react(space=space, user=host, kind="👏", now=at(4.9))
        assert wrong.value.retry_after == 1
        space_react(space=space, user=listener, kind="👏", now=at(4.9))
        space_react(space=space, user=host, kind="👏", now=at(5))
        assert reactions.totals([space.pk]) == {space.pk: {"👏": 12}}

    def test_only_people_in_a_live_space(self, space, host, listener, outsider, join, at, committed):
        join(space, listener)
        Participation.objects.filter(user=listener).update(left_at=at(1))
        for person in (listener, outsider):
            with pytest.raises(NotInSpace):
                space_react(space=space, user=person, kind="👏", now=at(2))
        Participation.objects.filter(user=listener).update(removed_at=at(3))
        with pytest.raises(Removed):
            space_react(space=space, user=listener, kind="👏", now=at(4))
        stale = Space.objects.get(pk=space.pk)
        with committed():
            space_end(space=space, by=host, now=at(5))
        for person in (host, outsider):
            with pytest.raises(SpaceEnded):
                space_react(space=Space.objects.get(pk=stale.pk), user=person, kind="👏", now=at(6))
        with pytest.raises(SpaceEnded):
            space_react(space=stale, user=host, kind="👏", now=at(6))

    def test_a_tap_is_one_query(self, space, host, now):
        with CaptureQueriesContext(connection) as queries:
            space_react(space=space, user=host, kind="👏", now=now)
        assert len(queries) == 1

    def test_without_redis_nothing_breaks(self, space, host, now, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        space_react(space=space, user=host, kind="👏", now=now)


@pytest.fixture
def user_in(join):
    """`user_in(space)` is somebody new in the Space."""

    def made(space):
        user = UserFactory()
        join(space, user)
        return user

    return made


class TestSince:
    """What a process sends: the difference since it last looked."""

    @pytest.mark.parametrize(
        ("before", "after", "new"),
        [
            ({}, {}, {}),
            ({}, {"a": 2}, {"a": 2}),
            ({"a": 2}, {"a": 2}, {}),
            ({"a": 2}, {"a": 5, "b": 1}, {"a": 3, "b": 1}),
            # Begun anew: all that is there is new.
            ({"a": 2, "b": 7}, {"a": 3}, {"a": 3}),
            ({"a": 2}, {}, {}),
        ],
    )
    def test_difference(self, before, after, new):
        assert reactions.since(before, after) == new


class TestRest:
    """POST /spaces/{id}/reactions/"""

    def test_a_tap(self, api, space, host):
        answer = api(host).post(f"/api/v1/spaces/{space.pk}/reactions/", {"kind": "💯"})
        assert answer.status_code == 204
        assert reactions.totals([space.pk]) == {space.pk: {"💯": 1}}

    @pytest.mark.parametrize(
        "body", [{}, {"kind": None}, {"kind": ["💯"]}, {"kind": "x" * 99}, {"kind": "💩"}]
    )
    def test_bad_input(self, api, space, host, body):
        answer = refused(api(host).post(f"/api/v1/spaces/{space.pk}/reactions/", body), 400, "invalid")
        assert list(answer["fields"]) == ["kind"]

    def test_refusals(self, api, space, listener, outsider, join, limit):
        url = f"/api/v1/spaces/{space.pk}/reactions/"
        refused(api(None).post(url, {"kind": "💯"}), 401, "not_signed_in")
        refused(api(outsider).post(url, {"kind": "💯"}), 409, "space.not_joined")
        join(space, listener)
        limit("space.react", account=(1, 100))
        assert api(listener).post(url, {"kind": "💯"}).status_code == 204
        answer = api(listener).post(url, {"kind": "💯"})
        refused(answer, 429, "too_many")
        assert 90 < int(answer["Retry-After"]) <= 100
        Participation.objects.filter(user=listener).update(removed_at=timezone.now(), left_at=timezone.now())
        limit("space.react", account=(9, 1))
        refused(api(listener).post(url, {"kind": "💯"}), 403, "space.removed")
