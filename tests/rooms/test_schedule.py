"""Announcing a Space, changing, moving, cancelling, starting it, and giving it up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from accounts.models import User
from rooms.errors import (
    AlreadyLive,
    NotWaiting,
    ScheduledTooMany,
    SpaceEnded,
    SpaceNotStarted,
    TooEarly,
)
from rooms.models import Participation, Role, Space
from rooms.selectors import my_scheduled, snapshot, upcoming_of
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start, space_start_scheduled
from rooms.services.messages import message_post
from rooms.services.schedule import (
    space_cancel,
    space_edit_scheduled,
    space_schedule,
    spaces_expire,
)
from rooms.tasks import spaces_expire as expire_task
from social.models import Fanout
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import HostingWaiverFactory, UserFactory
from tests.rooms.ahead import scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def ahead(host, now) -> Space:
    """A Space that starts in 24 hours."""
    return scheduled(host, now)


class TestAnnounce:
    """space_schedule"""

    def test_by_the_clock_of_a_zone(self, host):
        now = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
        space = space_schedule(
            host=host,
            scheduled_at="2027-03-28T18:00",
            time_zone="Europe/Berlin",
            title="  After  the change ",
            topics=["music"],
            description="One\n\n\nTwo",
            recording_wanted=True,
            now=now,
        )
        space.refresh_from_db()
        # Summer time begins that morning.
        assert space.scheduled_at == datetime(2027, 3, 28, 16, 0, tzinfo=UTC)
        assert (space.state, space.time_zone, space.title) == (
            "scheduled",
            "Europe/Berlin",
            "After the change",
        )
        assert (space.description, space.recording_wanted, space.started_at) == ("One\n\nTwo", True, None)
        assert [topic.slug for topic in space.topics.all()] == ["music"]
        assert list(upcoming_of(host)) == list(my_scheduled(host)) == [space]

    @pytest.mark.parametrize(
        "text", ["2027-03-28T18:00:00+02:00", "2027-03-28T16:00:00Z", "2027-03-28 16:00+00:00"]
    )
    def test_with_its_offset(self, host, text):
        now = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
        space = space_schedule(host=host, scheduled_at=text, title="Mine", now=now)
        assert (space.scheduled_at, space.time_zone) == (datetime(2027, 3, 28, 16, 0, tzinfo=UTC), "UTC")

    def test_what_is_told_before_it_is_planned(self, ahead, now):
        due = set(Fanout.objects.filter(space_id=ahead.pk).values_list("event", flat=True))
        assert due == {"host_soon", "host_start", "soon"}

    def test_the_host_has_a_place_and_is_not_inside(self, ahead, host):
        place = Participation.objects.get(space=ahead)
        assert (place.user, place.role, place.is_present, place.spoke_at) == (host, Role.HOST, False, None)

    def test_only_who_may_host(self, listener, now):
        with pytest.raises(NotAllowed) as refused:
            scheduled(listener, now)
        assert refused.value.code == "space.host_not_eligible"

    @pytest.mark.parametrize(
        ("given", "field", "code"),
        [
            (
                {"scheduled_at": "2027-03-20T12:59", "time_zone": "Europe/Berlin"},
                "scheduled_at",
                "schedule.past",
            ),
            ({"scheduled_at": "2027-03-20T12:04:59Z"}, "scheduled_at", "schedule.past"),
            ({"scheduled_at": "2027-04-19T12:00:01Z"}, "scheduled_at", "schedule.too_far"),
            ({"scheduled_at": "0001-01-01T00:00+14:00"}, "scheduled_at", "schedule.past"),
            ({"scheduled_at": "9999-12-31T23:59-12:00"}, "scheduled_at", "schedule.too_far"),
            (
                {"scheduled_at": "0001-01-01T00:00", "time_zone": "Asia/Tokyo"},
                "scheduled_at",
                "schedule.past",
            ),
            (
                {"scheduled_at": "9999-12-31T23:59", "time_zone": "America/New_York"},
                "scheduled_at",
                "schedule.too_far",
            ),
            ({"scheduled_at": "2027-03-28T18:00"}, "time_zone", "schedule.zone_unknown"),
            (
                {"scheduled_at": "2027-03-28T18:00", "time_zone": "Mars/Base"},
                "time_zone",
                "schedule.zone_unknown",
            ),
            ({"scheduled_at": "2027-03-28T18:00", "time_zone": "\0"}, "time_zone", "schedule.zone_unknown"),
            (
                {"scheduled_at": "2027-03-28T02:30", "time_zone": "Europe/Berlin"},
                "scheduled_at",
                "schedule.time_missing",
            ),
            (
                {"scheduled_at": "2027-04-04T01:45", "time_zone": "Australia/Lord_Howe"},
                "scheduled_at",
                "schedule.time_twice",
            ),
            ({"scheduled_at": ""}, "scheduled_at", "invalid"),
            ({"scheduled_at": "tomorrow"}, "scheduled_at", "invalid"),
            ({"scheduled_at": "2027-03-28"}, "scheduled_at", "invalid"),
            ({"scheduled_at": "2027-02-30T10:00Z"}, "scheduled_at", "invalid"),
            ({"scheduled_at": "1" * 10_000 + ":"}, "scheduled_at", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "fold": "both"}, "fold", "invalid"),
            (
                {"scheduled_at": "2027-03-28T18:00Z", "series": {"every": "week", "until": "2027-03-27"}},
                "series.until",
                "series.ends_before_start",
            ),
            ({"scheduled_at": "2027-03-28T18:00Z", "series": {"every": "day"}}, "series.every", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "series": {}}, "series.every", "invalid"),
            (
                {"scheduled_at": "2027-03-28T18:00Z", "series": {"every": "week", "until": "soon"}},
                "series.until",
                "invalid",
            ),
            ({"scheduled_at": "2027-03-28T18:00Z", "description": "x" * 501}, "description", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "title": " "}, "title", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "cohosts": ["nobody"]}, "cohosts", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "cohosts": ["a\0b", "x" * 500]}, "cohosts", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "cohosts": ["aa", "bb", "cc"]}, "cohosts", "invalid"),
            ({"scheduled_at": "2027-03-28T18:00Z", "cohosts": ["@The_Host"]}, "cohosts", "invalid"),
        ],
    )
    def test_bad_input_is_refused_on_its_field(self, host, given, field, code):
        now = datetime(2027, 3, 20, 12, 0, tzinfo=UTC)
        with pytest.raises(Invalid) as refused:
            space_schedule(host=host, now=now, **({"title": "Mine"} | given))
        assert (list(refused.value.fields), refused.value.code) == ([field], code)
        assert not Space.objects.exists()

    def test_everything_that_is_wrong_is_said_at_once(self, host, now):
        with pytest.raises(Invalid) as refused:
            scheduled(host, now, hours=-1, title="", cohosts=["nobody"])
        assert set(refused.value.fields) == {"title", "scheduled_at", "cohosts"}
        assert refused.value.code == "invalid"

    @pytest.mark.parametrize(("fold", "hour"), [("earlier", 0), ("later", 1), (0, 0), (1, 1), ("1", 1)])
    def test_which_of_two_equal_times(self, host, fold, hour):
        space = space_schedule(
            host=host,
            title="Mine",
            scheduled_at="2027-10-31T02:30",
            time_zone="Europe/Berlin",
            fold=fold,
            now=datetime(2027, 10, 20, tzinfo=UTC),
        )
        assert space.scheduled_at == datetime(2027, 10, 31, hour, 30, tzinfo=UTC)

    @pytest.mark.parametrize("minutes", [5, 30 * 24 * 60])
    def test_the_first_and_the_last_moment(self, host, now, minutes):
        assert scheduled(host, now, hours=minutes / 60)

    def test_the_eleventh_open_one(self, host, now):
        spaces = [scheduled(host, now, hours=n + 1) for n in range(settings.SPACES_SCHEDULED_MAX)]
        with pytest.raises(ScheduledTooMany) as refused:
            scheduled(host, now)
        assert (refused.value.code, refused.value.status) == ("schedule.too_many", 409)
        space_cancel(space=spaces[0], by=host, now=now)
        assert scheduled(host, now)


class TestBefore:
    """What can be done with a Space that has not started."""

    def test_nobody_comes_in(self, ahead, host, listener, now):
        for person in (host, listener):
            with pytest.raises(SpaceNotStarted) as refused:
                space_join(space=ahead, user=person, now=now)
            assert (refused.value.code, refused.value.status) == ("space.not_started", 409)
        with pytest.raises(SpaceNotStarted):
            message_post(space=ahead, author=host, text="Hello", now=now)

    def test_its_snapshot(self, ahead, host, listener):
        shot = snapshot(space=ahead, user=listener)
        assert (shot["space"]["state"], shot["space"]["scheduled_at"]) == ("scheduled", ahead.scheduled_at)
        assert (shot["waiting"], shot["listeners"], shot["me"]) == (0, 0, None)
        assert [(person["id"], person["present"]) for person in shot["stage"]] == [(str(host.pk), False)]
        mine = snapshot(space=ahead, user=host)
        assert (mine["me"]["role"], mine["me"]["can"], mine["invitations"]) == ("host", [], [])

    def test_details_change_and_calendars_hear_of_what_they_show(self, ahead, host, at, committed, sent):
        for change, sequence in (
            ({"rules": "Be kind."}, 0),
            ({"title": "New"}, 1),
            ({"description": "Now"}, 2),
        ):
            with committed():
                ahead = space_edit_scheduled(space=ahead, by=host, now=at(1), **change)
            assert ahead.sequence == sequence
        assert sent.types() == ["space.edited"] * 3
        assert (
            sent.of("space.edited")[-1] | {"title": "New", "description": "Now"}
            == sent.of("space.edited")[-1]
        )
        assert not Fanout.objects.filter(space_id=ahead.pk, event="moved").exists()

    def test_nothing_changed_is_told_to_nobody(self, ahead, host, at, committed, sent):
        with committed():
            ahead = space_edit_scheduled(
                space=ahead,
                by=host,
                now=at(1),
                title=ahead.title,
                scheduled_at=ahead.scheduled_at,
                time_zone="UTC",
            )
        assert (sent, ahead.sequence) == ([], 0)

    def test_it_moves(self, ahead, host, now, at, committed, sent):
        with committed():
            space = space_edit_scheduled(
                space=ahead,
                by=host,
                now=at(1),
                scheduled_at=now + timedelta(hours=30),
                time_zone="Asia/Tokyo",
            )
        assert (space.scheduled_at, space.sequence) == (now + timedelta(hours=30), 1)
        [moved] = sent.of("space.moved")
        assert moved["time_zone"] == "Asia/Tokyo"
        assert Fanout.objects.filter(space_id=ahead.pk, event="moved").count() == 1

    def test_a_move_has_the_rules_of_announcing(self, ahead, host, at):
        with pytest.raises(Invalid) as refused:
            space_edit_scheduled(space=ahead, by=host, now=at(0), scheduled_at=at(60), title="")
        assert set(refused.value.fields) == {"scheduled_at", "title"}

    @pytest.mark.parametrize(
        "act",
        [
            lambda **who: space_edit_scheduled(title="Theirs", **who),
            lambda **who: space_cancel(**who),
            lambda **who: space_start_scheduled(**who),
        ],
    )
    def test_others_do_nothing(self, ahead, outsider, at, act):
        with pytest.raises(NotAllowed):
            act(space=ahead, by=outsider, now=at(1))
        ahead.refresh_from_db()
        assert (ahead.state, ahead.title) == ("scheduled", "Morning voices")

    def test_cancelled(self, ahead, host, listener, at, committed, sent):
        for _ in range(2):
            with committed():
                space = space_cancel(space=ahead, by=host, now=at(5))
        assert (space.state, space.ended_at, space.sequence) == ("cancelled", at(5), 1)
        assert sent.types() == ["space.cancelled"]
        with pytest.raises(SpaceEnded):
            space_join(space=space, user=listener, now=at(6))
        for act in (space_start_scheduled, lambda **who: space_edit_scheduled(title="New", **who)):
            with pytest.raises((SpaceEnded, NotWaiting)):
                act(space=space, by=host, now=at(6))
        waiting = Fanout.objects.filter(space_id=space.pk, state=Fanout.State.WAITING)
        assert set(waiting.values_list("event", flat=True)) <= {"cancelled"}


class TestStart:
    """space_start_scheduled"""

    def test_it_goes_live(self, ahead, host, listener, at, committed, sent):
        start = at(24 * 3600)
        for _ in range(2):
            with committed():
                space = space_start_scheduled(space=ahead, by=host, now=start)
        assert (space.state, space.started_at, space.host_absent_since) == ("live", start, start)
        # What the followers on line are shown comes beside it.
        assert sent.types() == ["space.started", "bubble.shown"]
        place = Participation.objects.get(space=space)
        assert (place.on_stage_since, place.spoke_at) == (start, start)
        assert space_join(space=space, user=listener, now=start).participation.is_present
        with pytest.raises(NotWaiting):
            space_cancel(space=space, by=host, now=start)

    @pytest.mark.parametrize(
        ("minutes", "error"), [(-31, TooEarly), (-30, None), (0, None), (59.9, None), (60, SpaceEnded)]
    )
    def test_early_and_late(self, ahead, host, minutes, error):
        when = ahead.scheduled_at + timedelta(minutes=minutes)
        if error is None:
            assert space_start_scheduled(space=ahead, by=host, now=when).is_live
        else:
            with pytest.raises(error):
                space_start_scheduled(space=ahead, by=host, now=when)
            ahead.refresh_from_db()
            assert ahead.is_scheduled

    def test_one_live_space_per_host(self, ahead, host, at):
        space_start(host=host, title="Another", now=at(0))
        with pytest.raises(AlreadyLive):
            space_start_scheduled(space=ahead, by=host, now=ahead.scheduled_at)
        ahead.refresh_from_db()
        assert ahead.is_scheduled

    def test_who_may_host_no_more(self, now):
        host: User = UserFactory()
        waiver = HostingWaiverFactory(user=host)
        space = scheduled(host, now)
        waiver.delete()
        with pytest.raises(NotAllowed):
            space_start_scheduled(space=space, by=host, now=space.scheduled_at)


class TestExpire:
    """spaces_expire"""

    def test_what_was_not_started_in_time(self, ahead, host, listener, committed, sent):
        due = ahead.scheduled_at + timedelta(minutes=60)
        assert spaces_expire(now=due - timedelta(seconds=1)) == 0
        with committed():
            assert spaces_expire(now=due) == 1
            assert spaces_expire(now=due) == 0
        ahead.refresh_from_db()
        assert (ahead.state, ahead.ended_at, ahead.sequence) == ("expired", due, 1)
        assert sent.types() == ["space.expired"]
        with pytest.raises(SpaceEnded):
            space_join(space=ahead, user=listener, now=due)

    def test_one_that_fails_does_not_keep_the_others(self, host, now, monkeypatch):
        first, second = scheduled(host, now, hours=1), scheduled(host, now, hours=2)
        from rooms.services import schedule

        told = []

        def tell(space, *, now):
            told.append(space.pk)
            if space.pk == first.pk:
                raise RuntimeError("broken")

        monkeypatch.setattr(schedule, "tell_expired", tell)
        assert spaces_expire(now=now + timedelta(days=1)) == 1
        assert told == [first.pk, second.pk]
        first.refresh_from_db()
        assert first.is_scheduled

    def test_the_task_of_beat(self, ahead):
        assert settings.CELERY_BEAT_SCHEDULE["spaces-expire"]["task"] == expire_task.name
        Space.objects.filter(pk=ahead.pk).update(scheduled_at=ahead.scheduled_at - timedelta(days=3))
        expire_task()
        ahead.refresh_from_db()
        assert ahead.state == "expired"
