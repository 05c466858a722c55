"""One event told to many: once each, by what they chose, whatever happens to the rows on the way."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, Follow, PersonMute, User
from social.models import (
    Channel,
    Delivery,
    Fanout,
    Kind,
    Notification,
    NotificationPreference,
    PushSubscription,
)
from social.services import fanout_rows, fanouts
from social.services.fanouts import fanout_schedule, fanouts_drop, fanouts_run
from spaces_project.lib import broadcast
from tests.factories import FollowFactory, UserFactory
from tests.social.crowds import crowd

SPACE = "0193a0b0-0000-7000-8000-000000000001"
KEY = f"live:{SPACE}:1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(host, now):
    """`live()` schedules that the host is live; due now, for half an hour."""

    def schedule(**changed: Any) -> Fanout:
        told = {
            "key": KEY,
            "audience": "followers",
            "kind": Kind.LIVE,
            "actor": host,
            "space_id": SPACE,
            "data": {"title": "Morning voices"},
            "due_at": now,
            "expires_at": now + timedelta(minutes=30),
            "now": now,
        }
        return fanout_schedule(**told | changed)

    return schedule


@pytest.fixture
def told_processes(monkeypatch) -> list[dict[str, Any]]:
    """What was said to all web processes."""
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(broadcast, "tell_processes", lambda message, *_: said.append(dict(message)))
    return said


def push_of(user: User) -> PushSubscription:
    return PushSubscription.objects.create(user=user, endpoint=f"https://push.test/{user.pk}")


def test_everybody_in_the_audience_is_told_once(live, host, now):
    people = crowd(7, following=host)
    UserFactory()
    live()
    assert fanouts_run(now=now) == 7
    told = Notification.objects.order_by("user_id")
    assert [row.user_id for row in told] == [person.pk for person in people]
    first = told[0]
    assert (first.kind, first.key, first.actor, str(first.space_id)) == (Kind.LIVE, KEY, host, SPACE)
    assert first.data == {"title": "Morning voices"}
    assert first.in_app
    fanout = Fanout.objects.get()
    assert (fanout.state, fanout.written, fanout.claim, fanout.claimed_until) == ("done", 7, None, None)
    assert fanouts_run(now=now) == 0


@pytest.mark.parametrize("chunk", [1, 3, 7, 8])
def test_whatever_the_size_of_a_chunk(live, host, now, settings, chunk):
    settings.FANOUT_CHUNK = chunk
    people = crowd(7, following=host)
    live()
    assert fanouts_run(now=now) == 7
    assert set(Notification.objects.values_list("user_id", flat=True)) == {person.pk for person in people}


def test_who_is_not_told(live, host, now):
    people = crowd(6, following=host)
    PersonMute.objects.create(owner=people[0], person=host)
    Block.objects.create(owner=people[1], person=host)
    Block.objects.create(owner=host, person=people[2])
    User.objects.filter(pk=people[3].pk).update(is_active=False)
    NotificationPreference.objects.create(
        user=people[4], kind=Kind.LIVE, in_app=False, email=False, push=True
    )
    live()
    assert fanouts_run(now=now) == 1
    assert Notification.objects.get().user_id == people[5].pk


def test_the_actor_is_not_told_though_the_audience_has_them(live, host, now, settings):
    FollowFactory(followee=host)
    settings.FANOUT_AUDIENCES = {"followers": f"{__name__}.everybody_who_follows"}
    FollowFactory(follower=host)
    live()
    assert fanouts_run(now=now) == 1
    assert not Notification.objects.filter(user=host).exists()


def everybody_who_follows(fanout: Fanout) -> Any:
    from social.audiences import Audience

    return Audience(Follow.objects.all(), "follower_id")


@pytest.mark.parametrize(
    ("chosen", "address", "subscribed", "in_app", "channels"),
    [
        (None, True, False, True, []),
        (None, True, True, True, ["push"]),
        ((True, True, True), True, True, True, ["email", "push"]),
        ((True, True, True), False, False, True, []),
        ((False, True, False), True, True, False, ["email"]),
        ((False, True, False), False, True, None, []),
        ((False, False, True), True, True, False, ["push"]),
        ((False, False, True), True, False, None, []),
        ((False, False, False), True, True, None, []),
        ((True, False, False), True, True, True, []),
    ],
)
def test_by_the_channels_that_were_chosen(live, host, now, chosen, address, subscribed, in_app, channels):
    person = UserFactory(email="someone@example.com" if address else "")
    FollowFactory(follower=person, followee=host)
    # What was chosen for another kind, or by another, is nothing to us.
    other = FollowFactory(followee=host).follower
    everything = {"in_app": True, "email": True, "push": True}
    NotificationPreference.objects.create(user=person, kind=Kind.FOLLOWER, **everything)
    NotificationPreference.objects.create(user=other, kind=Kind.LIVE, **everything)
    if chosen:
        in_app_too, email, push = chosen
        NotificationPreference.objects.create(
            user=person, kind=Kind.LIVE, in_app=in_app_too, email=email, push=push
        )
    if subscribed:
        push_of(person)
    live()
    fanouts_run(now=now)
    told = Notification.objects.filter(user=person).first()
    assert (told.in_app if told else None) is in_app
    deliveries = Delivery.objects.filter(user=person).order_by("channel")
    assert [delivery.channel for delivery in deliveries] == channels
    for delivery in deliveries:
        assert delivery.notification_id == told.pk
        assert delivery.state == Delivery.State.WAITING
        assert delivery.expires_at == now + timedelta(minutes=30)
        assert now <= delivery.due_at <= now + timedelta(seconds=30)


def test_e_mail_of_what_is_not_urgent_waits(live, host, now):
    FollowFactory(followee=host)
    live(kind=Kind.FOLLOWER)
    fanouts_run(now=now)
    delivery = Delivery.objects.get(channel=Channel.EMAIL)
    assert delivery.due_at >= now + timedelta(minutes=5)


def test_two_fan_outs_with_one_key_tell_each_person_once_and_the_first_scheduled_goes_first(
    live, host, now, settings
):
    settings.FANOUT_AUDIENCES = {
        "followers": "social.audiences.followers",
        "everybody": f"{__name__}.everybody_who_follows",
    }
    fan = FollowFactory(followee=host).follower
    stranger = FollowFactory().follower
    live(audience="everybody", kind=Kind.REMINDER, event="live")
    live(due_at=now - timedelta(minutes=1))
    push_of(fan)
    assert fanouts_run(now=now) == 2
    told = {row.user: row.kind for row in Notification.objects.all()}
    assert told == {fan: Kind.REMINDER, stranger: Kind.REMINDER}
    assert Delivery.objects.filter(user=fan, channel=Channel.PUSH).count() == 1


def test_what_was_told_before_gets_no_second_delivery(live, host, now):
    fan = FollowFactory(followee=host).follower
    Notification.objects.create(user=fan, kind=Kind.LIVE, key=KEY)
    push_of(fan)
    live()
    assert fanouts_run(now=now) == 0
    assert not Delivery.objects.exists()


def test_only_when_due(live, host, now, at):
    FollowFactory(followee=host)
    live(due_at=at(60))
    assert fanouts_run(now=at(59)) == 0
    assert fanouts_run(now=at(60)) == 1


def test_beat_that_stood_still_for_two_hours_does_late_what_still_makes_sense(live, host, now, at):
    FollowFactory(followee=host)
    live(due_at=at(60), expires_at=at(3600))
    live(key="moved", due_at=at(60), expires_at=None)
    live(key="soon", due_at=at(60), expires_at=at(7260))
    assert fanouts_run(now=at(7200)) == 2
    assert set(Notification.objects.values_list("key", flat=True)) == {"moved", "soon"}
    states = dict(Fanout.objects.values_list("key", "state"))
    assert states == {KEY: "dropped", "moved": "done", "soon": "done"}


def test_what_is_dropped_tells_nobody(live, host, now, at):
    FollowFactory(followee=host)
    live(event="soon")
    live(key="other", event="moved")
    assert fanouts_drop(space_id=SPACE, events=("soon",), now=now) == 1
    assert fanouts_drop(space_id=SPACE, events=("soon",), now=now) == 0
    assert fanouts_run(now=now) == 1
    assert Notification.objects.get().event == "moved"
    assert fanouts_drop(space_id=SPACE, now=now) == 0


def test_dropped_or_expired_between_two_chunks(live, host, now, settings, monkeypatch):
    settings.FANOUT_CHUNK = 2
    crowd(6, following=host)
    live()
    original = fanouts._chunk

    def chunk_then_drop(claimed: Fanout, clock: Any) -> Fanout | None:
        done = original(claimed, clock)
        fanouts_drop(space_id=SPACE, now=now)
        return done

    monkeypatch.setattr(fanouts, "_chunk", chunk_then_drop)
    fanouts_run(now=now)
    assert Notification.objects.count() == 2
    assert Fanout.objects.get().state == "dropped"


def test_scheduled_again_while_it_waits_it_has_the_new_time_and_words(live, host, now, at):
    FollowFactory(followee=host)
    first = live(due_at=at(60))
    again = live(due_at=at(120), expires_at=at(300), data={"title": "New title"})
    assert again.pk == first.pk
    assert fanouts_run(now=at(60)) == 0
    assert fanouts_run(now=at(120)) == 1
    assert Notification.objects.get().data == {"title": "New title"}


def test_scheduled_again_when_it_is_done_nothing_happens(live, host, now, at):
    FollowFactory(followee=host)
    live()
    fanouts_run(now=now)
    FollowFactory(followee=host)
    assert live(due_at=at(10)).state == "done"
    assert fanouts_run(now=at(10)) == 0


def test_scheduled_again_after_it_was_dropped_it_tells_those_who_were_not_told(live, host, now, at, settings):
    settings.FANOUT_CHUNK = 2
    people = crowd(4, following=host)
    Notification.objects.create(user=people[0], kind=Kind.LIVE, key=KEY)
    live()
    Fanout.objects.update(cursor=people[1].pk)
    fanouts_drop(space_id=SPACE, now=now)
    live(due_at=at(10), expires_at=None)
    assert fanouts_run(now=at(10)) == 3


def test_an_audience_that_does_not_exist_is_refused(live):
    with pytest.raises(KeyError):
        live(audience="nobody")
    assert not Fanout.objects.exists()


def test_a_worker_is_woken_after_commit_for_what_is_due(live, now, at, committed, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr("spaces_project.lib.tasks.enqueue", lambda name, *_: woken.append(name))
    with committed():
        live()
        assert woken == []
    assert woken == ["social.tasks.fanouts_run"]
    with committed():
        live(key="later", due_at=at(60))
    assert len(woken) == 1


def test_a_fan_out_that_fails_waits_for_its_lease_and_stops_no_other(
    live, host, now, at, settings, monkeypatch
):
    FollowFactory(followee=host)
    live(key="bad")
    live(key="good")
    original = fanout_rows.write_chunk

    def broken(fanout: Fanout, **kwargs: Any) -> int:
        if fanout.key == "bad":
            raise ValueError("no")
        return original(fanout, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(fanout_rows, "write_chunk", broken)
        assert fanouts_run(now=now) == 1
    assert fanouts_run(now=at(settings.FANOUT_LEASE_SECONDS - 5)) == 0
    assert fanouts_run(now=at(settings.FANOUT_LEASE_SECONDS + 5)) == 1


def test_a_claim_holds_for_its_lease_and_is_taken_over_then(live, host, now, at, settings, told_processes):
    settings.FANOUT_CHUNK = 2
    people = crowd(5, following=host)
    fanout = live()
    # A worker had told the first two, and died before it could say so.
    claimed = fanouts._claim(now)
    fanouts._chunk(claimed, fanouts._Clock(now))
    assert Notification.objects.count() == 2
    assert fanouts_run(now=at(settings.FANOUT_LEASE_SECONDS - 5)) == 0
    assert fanouts_run(now=at(settings.FANOUT_LEASE_SECONDS + 5)) == 3
    # All are named to the processes, also those whom the dead worker told.
    assert told_processes == [{"type": "hub.notified", "key": KEY, "after": 0, "upto": None}]
    fanout.refresh_from_db()
    assert (fanout.state, fanout.written) == ("done", len(people))


def test_whoever_has_lost_the_claim_writes_nothing_more(live, host, now, at, settings):
    settings.FANOUT_CHUNK = 2
    crowd(5, following=host)
    live()
    clock = fanouts._Clock(now)
    slow = fanouts._claim(now)
    fanouts._chunk(slow, clock)
    other = fanouts._claim(at(settings.FANOUT_LEASE_SECONDS + 5))
    assert other is not None
    assert fanouts._chunk(slow, clock) is None
    assert Notification.objects.count() == 2
    assert fanouts._claim(at(settings.FANOUT_LEASE_SECONDS + 5)) is None


def test_a_run_that_takes_too_long_puts_its_work_down_for_another(
    live, host, now, settings, monkeypatch, told_processes
):
    settings.FANOUT_CHUNK = 2
    people = crowd(5, following=host)
    live()
    monkeypatch.setattr(fanouts._Clock, "over", property(lambda self: Notification.objects.count() >= 2))
    assert fanouts_run(now=now) == 2
    monkeypatch.setattr(fanouts._Clock, "over", property(lambda self: False))
    assert fanouts_run(now=now) == 3
    # Nobody is named twice.
    assert [(one["after"], one["upto"]) for one in told_processes] == [
        (0, people[1].pk),
        (people[1].pk, None),
    ]


def _queries_of_a_run(now: datetime) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        fanouts_run(now=now)
    return len(queries)


@pytest.mark.parametrize("people", [10, 1000])
def test_the_number_of_queries_does_not_depend_on_the_number_of_people(live, host, now, people):
    for person in crowd(people, following=host)[:3]:
        push_of(person)
    live()
    fanouts_run(now=now)
    live(key="second")
    # Expired dropped; found; claimed; chunk: savepoint, locked, its end, notifications, e-mails, pushes, progress,
    # savepoint; claim put down; no other found.
    assert _queries_of_a_run(now) == 13


def test_each_chunk_more_is_eight_queries_more(live, host, now, settings):
    settings.FANOUT_CHUNK = 10
    crowd(49, following=host)
    live()
    assert _queries_of_a_run(now) == 13 + 4 * 8
