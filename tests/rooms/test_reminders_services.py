"""The services that announce, move, start and call off a Space, down to what people are told."""

from collections import Counter
from datetime import timedelta

import pytest

from rooms.models import Space
from rooms.services.lifecycle import space_end, space_start_scheduled
from rooms.services.reminders import reminder_set
from rooms.services.schedule import space_cancel, space_edit_scheduled, spaces_expire
from social.models import Kind, Notification
from social.services.fanouts import fanouts_run
from tests.factories import FollowFactory
from tests.rooms.ahead import scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def space(host, listener, now) -> Space:
    """A Space of tomorrow that the listener waits for."""
    space = scheduled(host, now)
    reminder_set(space=space, user=listener, now=now)
    return space


def told() -> Counter[tuple[str, str]]:
    return Counter(Notification.objects.values_list("user__handle", "event"))


def test_started_everybody_hears_of_it_once(space, host, listener, speaker, now):
    """The listener asked and follows, the speaker follows."""
    for follower in (listener, speaker):
        FollowFactory(follower=follower, followee=host)
    at = space.scheduled_at - timedelta(minutes=10)
    fanouts_run(now=at)
    space_start_scheduled(space=space, by=host, now=at)
    for minutes in (0, 5, 15, 60):
        fanouts_run(now=at + timedelta(minutes=minutes))
    live = Notification.objects.filter(key=f"live:{space.pk}:{space.session}")
    assert dict(live.values_list("user__handle", "kind")) == {
        "a_listener": Kind.REMINDER,
        "a_speaker": Kind.LIVE,
    }
    assert told()["a_listener", "soon"] == told()["the_host", "host_soon"] == 1
    assert Notification.objects.count() == 4


def test_ended_before_anybody_was_told_nobody_is(space, host, now):
    at = space.scheduled_at
    space_start_scheduled(space=space, by=host, now=at)
    space_end(space=Space.objects.get(pk=space.pk), by=host, now=at + timedelta(minutes=1))
    fanouts_run(now=at + timedelta(minutes=2))
    assert told() == {}


def test_moved_then_cancelled(space, host, now):
    old = space.scheduled_at
    new = old + timedelta(days=1)
    space_edit_scheduled(space=space, by=host, scheduled_at=new, now=now)
    fanouts_run(now=now)
    assert told() == {("a_listener", "moved"): 1}
    fanouts_run(now=old)
    space_cancel(space=Space.objects.get(pk=space.pk), by=host, now=old)
    for minutes in (0, 24 * 60 - 15, 24 * 60):
        fanouts_run(now=old + timedelta(minutes=minutes))
    assert told() == {("a_listener", "moved"): 1, ("a_listener", "cancelled"): 1}


def test_never_started(space, now):
    at = space.scheduled_at
    fanouts_run(now=at)
    spaces_expire(now=at + timedelta(minutes=60))
    fanouts_run(now=at + timedelta(minutes=60))
    assert told() == {("the_host", "host_start"): 1, ("a_listener", "expired"): 1}
