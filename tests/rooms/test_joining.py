"""People come in, come back, leave and vanish."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import presence, selectors
from rooms.errors import NotInSpace, Removed, Superseded
from rooms.models import Attendance, Participation, Role, Space
from rooms.services.joining import people_gone, space_join, space_leave, space_present
from rooms.services.lifecycle import space_end
from tests.factories import UserFactory
from tests.rooms.times import wire

pytestmark = pytest.mark.django_db


def stretches(user):
    """The attendance of somebody, as (joined, left) pairs."""
    found = Attendance.objects.filter(participation__user=user).order_by("joined_at")
    return list(found.values_list("joined_at", "left_at"))


def test_join_makes_a_listener_and_gives_a_way_to_the_sound(space, listener, join, now):
    joined = join(space, listener)
    assert joined.participation.role == Role.LISTENER
    assert joined.audio is not None
    assert joined.audio.room == space.audio_room
    assert stretches(listener) == [(now, None)]
    assert selectors.listener_count(space) == 1


def test_without_an_audio_server_one_still_gets_in(space, listener, join, no_audio):
    assert join(space, listener).audio is None


def test_the_newer_join_wins_and_the_older_is_told(space, listener, join, sent, at):
    first, second = join(space, listener), join(space, listener, later=at(5))
    assert first.participation.connection != second.participation.connection
    [told] = [frame for frame in sent if frame["type"] == "space.superseded"]
    assert told["group"] == f"user.{listener.pk}"
    assert told["data"] == {"connection": second.participation.connection}
    with pytest.raises(Superseded):
        space_present(space=space, user=listener, connection=first.participation.connection, now=at(6))
    space_present(space=space, user=listener, connection=second.participation.connection, now=at(6))
    assert len(stretches(listener)) == 1


def test_the_older_device_leaving_does_not_end_the_newer(space, listener, join, at, committed):
    first, second = join(space, listener), join(space, listener)
    with committed():
        space_leave(space=space, user=listener, connection=first.participation.connection, now=at(5))
    assert Participation.objects.get(user=listener).is_present
    with committed():
        space_leave(space=space, user=listener, connection=second.participation.connection, now=at(9))
    assert stretches(listener)[0][1] == at(9)


def test_coming_back_is_another_stretch(space, listener, join, at, now, committed):
    join(space, listener)
    for _ in range(2):
        with committed():
            space_leave(space=space, user=listener, now=at(10))
    assert selectors.listener_count(space) == 0
    join(space, listener, later=at(30))
    assert stretches(listener) == [(now, at(10)), (at(30), None)]
    assert Participation.objects.filter(user=listener).count() == 1


def test_a_listener_coming_and_going_is_no_event(space, listener, join, sent, at, committed):
    seq = Space.objects.get(pk=space.pk).seq
    join(space, listener)
    with committed():
        space_leave(space=space, user=listener, now=at(10))
    assert [frame for frame in sent if "seq" in frame] == []
    assert Space.objects.get(pk=space.pk).seq == seq


def test_the_host_who_leaves_has_two_minutes(space, host, join, sent, at, committed):
    with committed():
        space_leave(space=space, user=host, now=at(60))
    assert sent.types() == ["stage.presence", "space.host_left"]
    assert sent.of("space.host_left") == [{"ends_at": wire(at(180))}]
    sent.clear()
    join(space, host, later=at(100))
    assert sent.types() == ["stage.presence", "space.host_returned"]
    assert Space.objects.get(pk=space.pk).host_absent_since is None


def test_present_lets_back_in_whoever_vanished(space, listener, join, at, committed):
    joined = join(space, listener)
    with committed():
        people_gone(space.pk, [listener.pk], now=at(60))
    assert not Participation.objects.get(user=listener).is_present
    with committed():
        space_present(space=space, user=listener, connection=joined.participation.connection, now=at(90))
    assert Participation.objects.get(user=listener).is_present
    assert presence.seen(space.pk, at(91)) >= {listener.pk}
    assert len(stretches(listener)) == 2


def test_present_needs_a_join(space, outsider, now):
    with pytest.raises(NotInSpace):
        space_present(space=space, user=outsider, connection="x" * 32, now=now)


def test_removed_stays_removed(space, listener, join, now):
    join(space, listener)
    Participation.objects.filter(user=listener).update(removed_at=now)
    with pytest.raises(Removed):
        space_join(space=space, user=listener, now=now)


def test_gates_are_asked_in_the_order_of_the_setting(space, listener, host, now, settings):
    space_end(space=space, by=host, now=now)
    Participation.objects.create(space=space, user=listener, removed_at=now, left_at=now)
    settings.SPACE_ENTRY_GATES = list(reversed(settings.SPACE_ENTRY_GATES))
    with pytest.raises(Removed):
        space_join(space=space, user=listener, now=now)


def test_joining_takes_the_same_queries_in_an_empty_and_a_full_space(space, join, now):
    first, *others, last = UserFactory.create_batch(14)

    def queries(user):
        with CaptureQueriesContext(connection) as counted:
            space_join(space=space, user=user, now=now)
        return len(counted)

    alone = queries(first)
    for user in others:
        join(space, user)
    assert queries(last) == alone <= 17


def test_settings_that_others_rely_on():
    assert settings.SPACES_HOST_GRACE_SECONDS == 120
    assert settings.LIVEKIT_TOKEN_SECONDS <= 120
