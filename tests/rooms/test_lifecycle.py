"""A Space starts and ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from rooms.errors import AlreadyLive, SpaceEnded
from rooms.models import Attendance, Participation, Role, Space, Topic
from rooms.services.joining import space_join
from rooms.services.lifecycle import duration_seconds, space_end, space_start
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import UserFactory
from tests.rooms.times import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def test_start_puts_a_space_on_air_with_its_host(host, now, committed, sent):
    topics = list(Topic.objects.all()[:3])
    with committed():
        space = space_start(
            host=host,
            title="  Morning\u202e   voices ",
            topics=[topic.slug for topic in topics],
            language="de",
            speak_policy="following",
            now=now,
        )
    space.refresh_from_db()
    assert (space.title, space.language, space.speak_policy) == ("Morning voices", "de", "following")
    assert (space.state, space.started_at, space.host_absent_since) == ("live", now, now)
    assert set(space.topics.all()) == set(topics)
    participation = Participation.objects.get(space=space)
    assert (participation.user, participation.role, participation.left_at) == (host, Role.HOST, now)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": ""}),
        ("title", {"title": " \u200b\u202e "}),
        ("title", {"title": "x" * 71}),
        ("topics", {"topics": ["no-such-topic"]}),
        ("topics", {"topics": ["a", "b", "c", "d"]}),
        ("language", {"language": "tlh"}),
        ("speak_policy", {"speak_policy": "nobody"}),
    ],
)
def test_start_names_the_field_at_fault(host, now, field, values):
    with pytest.raises(Invalid) as refused:
        space_start(host=host, now=now, **({"title": "Fine"} | values))
    assert list(refused.value.fields) == [field]
    assert not Space.objects.exists()


def test_start_takes_followers_or_a_waiver(listener, now):
    with pytest.raises(NotAllowed) as refused:
        space_start(host=listener, title="Mine", now=now)
    assert refused.value.code == "space.host_not_eligible"
    assert "600" in refused.value.message


def test_a_host_is_on_air_once(space, host, now):
    with pytest.raises(AlreadyLive):
        space_start(host=host, title="Another", now=now)
    assert Space.objects.count() == 1


def test_the_database_itself_refuses_a_second_live_space(space, host, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Space.objects.create(host=host, title="Another", started_at=now)


def test_end_is_for_the_host(space, join, listener, outsider, at):
    join(space, listener)
    for person in (listener, outsider):
        with pytest.raises(NotAllowed) as refused:
            space_end(space=space, by=person, now=at(60))
        assert refused.value.code == "space.not_host"
    space.refresh_from_db()
    assert space.is_live


def test_end_sends_everybody_home_once(space, host, join, listener, at, committed, sent):
    join(space, listener)
    for _ in range(2):
        with committed():
            ended = space_end(space=space, by=host, now=at(42 * 60))
    assert (ended.state, ended.ended_at, ended.end_reason) == ("ended", at(42 * 60), "host")
    assert duration_seconds(ended) == 42 * 60
    assert sent.of("space.ended") == [
        {"reason": "host", "ended_at": wire(at(42 * 60)), "duration_seconds": 2520}
    ]
    assert not Participation.objects.filter(left_at__isnull=True).exists()
    assert set(Attendance.objects.values_list("left_at", flat=True)) == {at(42 * 60)}


def test_after_the_end_nobody_comes_in(space, host, listener, at):
    space_end(space=space, by=host, now=at(60))
    for person in (host, listener):
        with pytest.raises(SpaceEnded):
            space_join(space=space, user=person, now=at(61))


def test_events_count_up_by_one(space, host, at, committed, sent):
    before = space.seq
    with committed():
        space_end(space=space, by=host, now=at(60))
    assert [frame["seq"] for frame in sent if "seq" in frame] == [before + 1]


def test_an_act_that_fails_tells_nobody(space, host, at, committed, sent):
    with committed(), transaction.atomic():
        space_end(space=space, by=host, now=at(60))
        transaction.set_rollback(True)
    assert sent == []
    space.refresh_from_db()
    assert space.is_live


def test_ending_costs_the_same_for_any_number_of_listeners(
    space, host, join, at, django_assert_max_num_queries: Any
):
    for user in UserFactory.create_batch(12):
        join(space, user)
    with django_assert_max_num_queries(20) as queries, transaction.atomic():
        space_end(space=space, by=host, now=at(60))
    assert len(queries) <= 17, [query["sql"] for query in connection.queries]


def test_duration_of_a_space_that_never_began_is_nothing(host, now):
    assert duration_seconds(Space(host=host, ended_at=now)) == 0
    assert duration_seconds(Space(host=host, started_at=now, ended_at=now + timedelta(seconds=5.9))) == 5


def test_the_end_remembers_how_many_listened(space, host, join, at):
    for user in UserFactory.create_batch(2):
        join(space, user)
    assert space_end(space=space, by=host, now=at(2)).peak_listeners == 2
