"""What clients tell of bubbles and joins, and who was here on a day."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from insights.models import ActiveDay, BubbleSeen, DaySalt, JoinReport
from insights.services.activity import activity_write
from insights.services.purging import raw_purge
from insights.services.reports import bubbles_seen, join_report
from insights.services.spaces import minutes_note
from insights.who import who
from rooms import guests, presence
from rooms.models import Participation, Space
from social.links import from_notification
from spaces_project.lib import activity
from spaces_project.lib.redis_client import redis_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def path(space: Space, what: str) -> str:
    return f"/api/v1/spaces/{space.pk}/{what}/"


def report(api, space, who, **body):
    return api(who).post(path(space, "join-report"), body)


def test_how_one_came_is_kept_of_the_first_time(api, space, listener):
    for way in ("bubble", "profile"):
        assert api(listener).post(path(space, "join"), {"came_from": way}).status_code == 200
    assert Participation.objects.get(space=space, user=listener).came_from == "bubble"
    assert api(listener).post(path(space, "join"), {"came_from": "the moon"}).status_code == 400


def test_a_join_is_counted_once_a_day_with_the_most_that_is_known(api, space, listener, join, host):
    join(space, listener)
    for body in (
        {"joined_ms": None},
        {"joined_ms": 150},
        {"joined_ms": 200, "sound_ms": 900},
        {"joined_ms": 10, "sound_ms": 20},
    ):
        assert report(api, space, listener, came_from="bubble", **body).status_code == 204
    row = JoinReport.objects.get()
    assert (row.joined_ms, row.sound_ms, row.came_from, row.is_guest) == (200, 900, "bubble", False)
    assert row.who not in (str(listener.pk), f"user:{listener.pk}")
    # Whoever tapped a bubble has seen it; told of again, it is the same.
    assert api(listener).post("/api/v1/bubbles/seen/", {"spaces": [str(space.pk)] * 2}).status_code == 204
    assert BubbleSeen.objects.get().who == row.who
    # The host comes into their own Space without being counted.
    assert report(api, space, host, joined_ms=1, sound_ms=2).status_code == 204
    assert JoinReport.objects.count() == 1


def test_a_guest_is_their_key_and_nothing_that_lasts(api, space, now):
    token, _ = guests.token_for(space.pk, guests.key_for(space.pk, "browser"), now=datetime.now(UTC))
    assert report(api, space, None, joined_ms=5, sound_ms=6, guest_token=token).status_code == 204
    row = JoinReport.objects.get()
    assert (row.is_guest, row.came_from) == (True, "other")
    # With the day's salt gone nobody can say who it was.
    DaySalt.objects.update(day=row.day - timedelta(days=1))
    raw_purge(now=datetime.now(UTC) + timedelta(hours=1))
    assert not DaySalt.objects.exists()
    assert JoinReport.objects.count() == 1


def test_reports_that_cannot_be_are_refused(api, space, listener, outsider, limit):
    def refused(answer):
        return answer.status_code, answer.json()["code"]

    for body in (
        {"joined_ms": 300, "sound_ms": 200},
        {"sound_ms": 200},
    ):
        assert refused(report(api, space, listener, **body)) == (400, "join_report.invalid")
    for body in (
        {"joined_ms": -1},
        {"joined_ms": 2**70},
        {"joined_ms": "soon"},
        {"joined_ms": 1, "sound_ms": 10**9},
        {"came_from": "\0"},
        {"guest_token": "x" * 500},
    ):
        assert refused(report(api, space, listener, **body)) == (400, "invalid"), body
    assert refused(report(api, space, outsider, joined_ms=3)) == (409, "space.not_joined")
    assert refused(report(api, space, None, joined_ms=3)) == (400, "guest.token_invalid")
    assert refused(api(listener).post(f"/api/v1/spaces/{uuid4()}/join-report/", {}))[0] == 404
    for spaces in (["no-id"], "all", [str(uuid4())] * 51, None):
        assert refused(api(listener).post("/api/v1/bubbles/seen/", {"spaces": spaces})) == (400, "invalid")
    assert api(None).post("/api/v1/bubbles/seen/", {"spaces": []}).status_code == 401
    # Spaces that are none, or over, are passed over.
    assert api(listener).post("/api/v1/bubbles/seen/", {"spaces": [str(uuid4())]}).status_code == 204
    assert not BubbleSeen.objects.exists()
    limit("insights.report", account=(1, 60))
    report(api, space, listener)
    assert refused(report(api, space, listener)) == (429, "too_many")


def test_reports_cost_the_same_for_any_number(space, listener, join, now, django_assert_num_queries):
    join(space, listener)
    who(now.date(), "the salt")
    with django_assert_num_queries(2):
        bubbles_seen(user=listener, space_ids=[space.pk, uuid4(), uuid4()], now=now)
    with django_assert_num_queries(5):
        join_report(space=space, user=listener, came_from="tab", joined_ms=1, sound_ms=2, now=now)


def test_a_day_counts_once_whoever_comes_how_often(listener, outsider, host, now, django_assert_num_queries):
    client, guest = Client(), Client()
    client.force_login(listener)
    client.get("/spaces/")
    with django_assert_num_queries(0):
        # Marked in this hour already: not even Redis is asked.
        activity.seen([listener.pk], now=now)
    client.get("/api/v1/me/")
    guest.get("/spaces/")
    # Sockets, and listening.
    presence.touch(uuid4(), [outsider.pk, "g:somebody"], now)
    # A bot with somebody's token is not that person, and whoever is gone by now is nobody's day.
    Client().get("/api/v1/me/", headers={"Authorization": "Bearer spaces_none"})
    activity.seen([2**31 - 1], now=now)
    assert activity_write(now=now) == 3
    assert set(ActiveDay.objects.values_list("user_id", "day")) == {
        (listener.pk, now.date()),
        (outsider.pk, now.date()),
    }
    # Marked again in another process, and on the next day.
    activity.forget()
    activity.seen([listener.pk], now=now)
    activity.seen([listener.pk], now=now + timedelta(days=1))
    activity_write(now=now + timedelta(days=1))
    assert ActiveDay.objects.filter(user=listener).count() == 2
    assert activity_write(now=now + timedelta(days=1)) == 0


def test_marks_outlive_a_worker_that_dies_and_a_redis_that_is_away(listener, now, own_redis, monkeypatch):
    activity.seen([listener.pk], now=now)
    # The rows were written, the marks not taken away: the next round writes the same.
    with monkeypatch.context() as patch:
        patch.setattr(activity, "written", lambda day, user_ids: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            activity_write(now=now)
    assert activity_write(now=now) == 1
    assert ActiveDay.objects.count() == 1
    own_redis.stop()
    activity.forget()
    activity.seen([listener.pk], now=now)
    assert activity_write(now=now) == 0


def test_what_happened_is_deleted_after_ninety_days(listener, space, now):
    today = now.date()
    for ago in (0, 90, 91, 400):
        day = today - timedelta(days=ago)
        ActiveDay.objects.create(day=day, user=listener)
        BubbleSeen.objects.create(day=day, space=space, who="a")
        JoinReport.objects.create(day=day, space=space, who="a")
    assert raw_purge(now=now) == 6
    for model in (ActiveDay, BubbleSeen, JoinReport):
        assert {row.day for row in model.objects.all()} == {today, today - timedelta(days=90)}
    assert raw_purge(now=now) == 0


def test_a_minute_keeps_the_last_look_at_it(space, now, django_assert_num_queries):
    now = now.replace(second=0)
    for seconds, listeners in ((0, 5), (20, 9), (40, 7), (60, 3)):
        Space.objects.update(listeners_seen=listeners)
        with django_assert_num_queries(2):
            assert minutes_note(now=now + timedelta(seconds=seconds)) == 1
    assert list(space.insight_minutes.order_by("minute").values_list("listeners", flat=True)) == [7, 3]


def test_notifications_say_that_they_led_to_a_space(space):
    assert from_notification(space.get_absolute_url()) == f"/spaces/{space.pk}/?from=notification"
    for url in ("/inbox/notifications/", f"/spaces/{space.pk}/replay/downloads/"):
        assert from_notification(url) == url


def test_no_key_of_people_stays_in_redis_for_good(listener, now):
    activity.seen([listener.pk], now=now)
    assert 0 < redis_client().ttl(f"spaces:active:{now.date()}") <= 14 * 86_400
