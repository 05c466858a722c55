"""What is told of a scheduled Space, to whom and when: time is injected, the fan-outs are the real ones."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.errors import ReminderNotTold, ReminderTooLate
from rooms.models import Space
from rooms.services.reminders import (
    plan_reminders,
    reminder_resend,
    reminder_set,
    reminder_unset,
    tell_cancelled,
    tell_expired,
    tell_live,
    tell_moved,
)
from social.models import Delivery, Fanout, Kind, Notification, NotificationPreference
from social.services import fanouts
from social.services.deliveries import deliveries_run
from social.services.fanouts import fanout_schedule, fanouts_run
from spaces_project.lib.errors import NotAllowed
from tests.factories import FollowFactory
from tests.rooms.announced import announced, closed, on_air, waiting
from tests.social.crowds import crowd

pytestmark = pytest.mark.django_db

DAY = 86_400
MINUTE = timedelta(minutes=1)


@pytest.fixture
def space(host, at):
    """A Space of tomorrow, with its reminders planned, that two people wait for."""
    space = announced(host, at(DAY))
    plan_reminders(space, now=at(0))
    waiting(space, crowd(2))
    return space


@pytest.fixture
def told():
    """`told()`: event → how many were told."""

    return lambda: dict(Counter(Notification.objects.values_list("event", flat=True)))


def start(space: Space) -> datetime:
    assert space.scheduled_at is not None
    return space.scheduled_at


def move(space: Space, to: datetime, now: datetime) -> None:
    """As the service that moves a Space does it."""
    space.scheduled_at, space.sequence = to, space.sequence + 1
    space.save(update_fields=["scheduled_at", "sequence"])
    plan_reminders(space, now=now)
    tell_moved(space, now=now)


def test_each_at_its_time_and_no_earlier(space, host, told):
    at = start(space)
    steps: list[tuple[timedelta, dict[str, int]]] = [
        (-31 * MINUTE, {}),
        (-30 * MINUTE, {"host_soon": 1}),
        (-16 * MINUTE, {"host_soon": 1}),
        (-15 * MINUTE, {"host_soon": 1, "soon": 2}),
        (-1 * MINUTE, {"host_soon": 1, "soon": 2}),
        (0 * MINUTE, {"host_soon": 1, "soon": 2, "host_start": 1}),
        (59 * MINUTE, {"host_soon": 1, "soon": 2, "host_start": 1}),
    ]
    for after, expected in steps:
        fanouts_run(now=at + after)
        assert told() == expected, after
    for event in ("host_soon", "host_start"):
        assert Notification.objects.get(event=event).user == host
    soon = Notification.objects.filter(event="soon").first()
    assert soon is not None
    assert (soon.kind, soon.actor, soon.space_id) == (Kind.REMINDER, host, space.pk)
    assert datetime.fromisoformat(soon.data["at"]) == at
    assert soon.data["title"] == "Morning voices"


def test_planning_again_changes_nothing(space, at, told):
    before = list(Fanout.objects.order_by("pk").values_list("key", "due_at", "state"))
    plan_reminders(space, now=at(1))
    assert list(Fanout.objects.order_by("pk").values_list("key", "due_at", "state")) == before
    fanouts_run(now=start(space) - MINUTE)
    plan_reminders(space, now=start(space) - MINUTE)
    fanouts_run(now=start(space) - MINUTE)
    assert told() == {"host_soon": 1, "soon": 2}


def test_a_new_title_is_what_is_told(space, at):
    space.title = "Evening voices"
    space.save(update_fields=["title"])
    plan_reminders(space, now=at(1))
    fanouts_run(now=start(space) - 15 * MINUTE)
    assert {row.data["title"] for row in Notification.objects.all()} == {"Evening voices"}


def test_an_edit_in_the_middle_of_telling_forgets_nobody(space, settings, told):
    waiting(space, crowd(30, name="more"))
    settings.FANOUT_CHUNK = 10
    due = start(space) - 15 * MINUTE
    fanouts_run(now=due - MINUTE)
    claimed = fanouts._claim(due)
    assert claimed is not None
    fanouts._chunk(claimed, fanouts._Clock(due))
    assert told() == {"host_soon": 1, "soon": 10}
    plan_reminders(space, now=due + MINUTE)
    # Who was at it finds that it is no longer theirs.
    assert fanouts._chunk(claimed, fanouts._Clock(due)) is None
    fanouts_run(now=due + MINUTE)
    assert told() == {"host_soon": 1, "soon": 32}


def test_what_lies_in_the_past_from_the_start_is_left_out(host, at, told):
    space = announced(host, at(10 * 60))
    plan_reminders(space, now=at(0))
    assert list(Fanout.objects.values_list("event", flat=True)) == ["host_start"]
    # Who asks within the last minutes hears of the start itself.
    waiting(space, crowd(1))
    fanouts_run(now=at(60))
    assert told() == {}
    tell_live(on_air(space, at(600)), now=at(600))
    fanouts_run(now=at(600))
    assert told() == {"live": 1}


def test_who_took_it_back_is_not_told(space, listener, at, told):
    reminder_set(space=space, user=listener, now=at(1))
    reminder_unset(space=space, user=listener, now=at(2))
    fanouts_run(now=start(space) - MINUTE)
    assert told()["soon"] == 2


def test_moved_everybody_is_told_and_reminded_again(space, at, told):
    first = start(space)
    fanouts_run(now=first - 15 * MINUTE)
    move(space, first + timedelta(days=1), now=first - 10 * MINUTE)
    fanouts_run(now=first - 10 * MINUTE)
    assert told() == {"host_soon": 1, "soon": 2, "moved": 2}
    moved = Notification.objects.filter(event="moved").first()
    assert moved is not None
    assert datetime.fromisoformat(moved.data["at"]) == start(space)
    # Nothing at the old time; everything at the new one.
    fanouts_run(now=first + MINUTE)
    assert told() == {"host_soon": 1, "soon": 2, "moved": 2}
    fanouts_run(now=start(space) - 15 * MINUTE)
    assert told() == {"host_soon": 2, "soon": 4, "moved": 2}


def test_moved_there_and_back_is_told_twice(space, at, told):
    first = start(space)
    move(space, first + timedelta(days=1), now=at(10))
    fanouts_run(now=at(10))
    move(space, first, now=at(20))
    fanouts_run(now=at(20))
    assert told() == {"moved": 4}
    # What was dropped for the first time is planned again.
    fanouts_run(now=first - 15 * MINUTE)
    assert told() == {"moved": 4, "host_soon": 1, "soon": 2}


def test_moved_again_before_the_first_move_was_told(space, at, told):
    """Nobody hears of a time that no longer holds."""
    move(space, start(space) + timedelta(days=1), now=at(10))
    move(space, start(space) + timedelta(days=1), now=at(11))
    fanouts_run(now=at(12))
    assert told() == {"moved": 2}
    assert {datetime.fromisoformat(row.data["at"]) for row in Notification.objects.all()} == {start(space)}


@pytest.mark.parametrize(
    ("state", "tell"),
    [("cancelled", tell_cancelled), ("expired", tell_expired)],
    ids=["cancelled", "expired"],
)
def test_called_off_and_nothing_else_is_told(
    space: Space,
    at: Callable[[float], datetime],
    told: Callable[[], dict[str, int]],
    state: str,
    tell: Callable[..., None],
):
    move(space, start(space), now=at(5))
    tell(closed(space, state, at(10)), now=at(10))
    for seconds in (10, DAY - 1800, DAY - 900, DAY, DAY + 3000):
        fanouts_run(now=at(seconds))
    assert told() == {state: 2}


def test_live_before_the_time_nothing_planned_is_told(space, host, told):
    early = start(space) - 20 * MINUTE
    fanouts_run(now=early - MINUTE)
    tell_live(on_air(space, early), now=early)
    for after in (0, 6, 21, 90):
        fanouts_run(now=early + after * MINUTE)
    assert told() == {"host_soon": 1, "live": 2}


def test_who_follows_and_asked_is_told_once_as_who_asked(space, host, listener, speaker, now, at, told):
    """The same key as that of the followers, and the first of the two."""
    FollowFactory(follower=listener, followee=host)
    FollowFactory(follower=speaker, followee=host)
    reminder_set(space=space, user=listener, now=now)
    tell_live(on_air(space, at(10)), now=at(10))
    fanout_schedule(
        key=f"live:{space.pk}:{space.session}",
        audience="followers",
        kind=Kind.LIVE,
        actor=host,
        space_id=space.pk,
        due_at=at(10),
        now=at(10),
    )
    fanouts_run(now=at(10))
    kinds = dict(Notification.objects.values_list("user_id", "kind"))
    assert kinds.pop(listener.pk) == Kind.REMINDER
    assert kinds.pop(speaker.pk) == Kind.LIVE
    assert set(kinds.values()) == {Kind.REMINDER}
    assert Notification.objects.count() == 4


def test_late_ones_that_no_longer_make_sense_are_dropped(space, told):
    """Beat stands still from the evening before until two hours after the announced time."""
    fanouts_run(now=start(space) + timedelta(hours=2))
    assert told() == {}
    assert set(Fanout.objects.values_list("state", flat=True)) == {"dropped"}


def test_late_ones_that_still_make_sense_are_told(space, told):
    """Beat stands still for two hours before the start and comes back five minutes before it."""
    fanouts_run(now=start(space) - 5 * MINUTE)
    assert told() == {"host_soon": 1, "soon": 2}


def test_a_cancellation_is_told_after_two_hours_without_beat(space, at, told):
    tell_cancelled(closed(space, "cancelled", at(10)), now=at(10))
    fanouts_run(now=at(10 + 7200))
    assert told() == {"cancelled": 2}


def test_preferences_hold(space, host):
    one, _ = User.objects.filter(handle__startswith="fan").order_by("pk")
    NotificationPreference.objects.create(user=one, kind=Kind.REMINDER, in_app=False, email=False, push=False)
    fanouts_run(now=start(space) - 15 * MINUTE)
    assert not Notification.objects.filter(user=one).exists()
    # By default a reminder comes by e-mail, too, at once.
    sent = Delivery.objects.get(notification__event="soon")
    assert sent.due_at == sent.notification.created_at
    assert sent.expires_at == start(space)


def test_planning_costs_the_same_for_two_and_for_a_thousand(host, at):
    costs = []
    for number in (2, 1000):
        space = announced(host, at(DAY))
        waiting(space, crowd(number, name=f"crowd{number}_"))
        with CaptureQueriesContext(connection) as queries:
            plan_reminders(space, now=at(0))
            tell_cancelled(closed(space, "cancelled", at(1)), now=at(1))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_staff_tell_somebody_again(space, staff, host, told):
    fanouts_run(now=start(space) - 15 * MINUTE)
    user = User.objects.filter(handle__startswith="fan").earliest("pk")
    first = Notification.objects.get(user=user)
    again = reminder_resend(space=space, user=user, by=staff, now=start(space) - 10 * MINUTE)
    assert again is not None
    assert again.pk != first.pk
    assert (again.event, again.key, again.data, again.actor) == ("soon", first.key, first.data, host)
    assert told() == {"host_soon": 1, "soon": 2}
    assert Delivery.objects.filter(notification=again).exists()
    # The fan-out that told it first tells it to nobody twice.
    fanouts_run(now=start(space) - 9 * MINUTE)
    assert told() == {"host_soon": 1, "soon": 2}


def test_telling_again_is_for_staff_and_for_what_holds(space, staff, host, listener):
    user = User.objects.filter(handle__startswith="fan").earliest("pk")
    with pytest.raises(ReminderNotTold):
        reminder_resend(space=space, user=user, by=staff, now=start(space))
    fanouts_run(now=start(space) - 15 * MINUTE)
    with pytest.raises(NotAllowed):
        reminder_resend(space=space, user=user, by=host, now=start(space) - 10 * MINUTE)
    with pytest.raises(ReminderTooLate):
        reminder_resend(space=space, user=user, by=staff, now=start(space) + MINUTE)
    on_air(space, start(space) - 5 * MINUTE)
    with pytest.raises(ReminderTooLate):
        reminder_resend(space=space, user=user, by=staff, now=start(space) - 4 * MINUTE)
    assert Notification.objects.filter(event="soon").count() == 2


def test_what_was_told_but_not_sent_is_not_sent_once_it_is_called_off(space, at, mailoutbox):
    """The reminder waits for the mail server when the Space is cancelled: one mail goes out to each, that of the end."""
    soon = start(space) - 15 * MINUTE
    fanouts_run(now=soon)
    tell_cancelled(closed(space, "cancelled", soon + MINUTE), now=soon + MINUTE)
    fanouts_run(now=soon + MINUTE)
    deliveries_run(now=soon + 2 * MINUTE)
    states = Counter(Delivery.objects.values_list("notification__event", "state"))
    assert states == {("host_soon", "dropped"): 1, ("soon", "dropped"): 2, ("cancelled", "sent"): 2}
    assert ["cancelled" in mail.subject for mail in mailoutbox] == [True, True]


def test_what_was_told_but_not_sent_of_a_time_before_a_move_is_not_sent(space, mailoutbox):
    soon = start(space) - 15 * MINUTE
    fanouts_run(now=soon)
    move(space, start(space) + timedelta(days=1), now=soon + MINUTE)
    fanouts_run(now=soon + MINUTE)
    deliveries_run(now=soon + 2 * MINUTE)
    states = Counter(Delivery.objects.values_list("notification__event", "state"))
    assert states == {("host_soon", "dropped"): 1, ("soon", "dropped"): 2, ("moved", "sent"): 2}


def test_what_was_told_but_not_sent_is_sent_after_an_edit(space, mailoutbox):
    """Another title is no other time."""
    soon = start(space) - 15 * MINUTE
    fanouts_run(now=soon)
    plan_reminders(space, now=soon + MINUTE)
    deliveries_run(now=soon + 2 * MINUTE)
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": 3}
    assert len(mailoutbox) == 3
