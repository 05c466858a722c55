"""One person is told something: once, by what they chose, and what they see and read of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, PersonMute
from accounts.services import follow, unfollow
from rooms.models import Role, Space
from rooms.services.invitations import (
    stage_invite,
    stage_invite_accept,
    stage_invite_decline,
    stage_invite_withdraw,
)
from rooms.services.lifecycle import space_end, space_start
from rooms.services.requests import stage_request, stage_request_accept
from social.models import (
    Channel,
    Delivery,
    Fanout,
    InboxSettings,
    Kind,
    Notification,
    NotificationPreference,
    PushSubscription,
)
from social.selectors.notifications import inbox_counts, wishes_of
from social.services.fanouts import fanouts_run
from social.services.notifications import (
    email_due_at,
    notification_read,
    notification_withdraw,
    notifications_seen,
    notify,
    preferences_update,
)
from spaces_project.lib.errors import Invalid, NotFound
from tests.factories import FollowFactory, UserFactory
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def tell(host, listener, now):
    """`tell()` tells the listener that the host follows them, or what else is said."""

    def told(**changed: Any) -> Notification | None:
        return notify(
            **{"user": listener, "kind": Kind.FOLLOWER, "key": "follower:1", "actor": host, "now": now}
            | changed
        )

    return told


def channels_of(user) -> list[str]:
    return sorted(Delivery.objects.filter(user=user).values_list("channel", flat=True))


def test_somebody_is_told_once_and_sees_it_at_once(tell, host, listener, sent, committed):
    with committed():
        assert tell() is not None
        assert tell() is None
    assert Notification.objects.count() == Delivery.objects.count() == 1
    assert [(frame["type"], frame["group"]) for frame in sent] == [
        ("notification.added", f"user.{listener.pk}"),
        ("inbox.counts", f"user.{listener.pk}"),
    ]
    [added] = sent.of("notification.added")
    card = added["notification"]
    assert (card["title"], card["url"], card["read"]) == ("The Host follows you", "/@the_host/", False)
    assert card["actor"]["handle"] == "the_host"
    assert sent.of("inbox.counts") == [{"messages": 0, "notifications": 1}]


def test_nothing_is_sent_when_the_act_is_undone(tell, sent, committed):
    with committed(), transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert sent == []
    assert not Notification.objects.exists()


@pytest.mark.parametrize("why", ["mute", "block", "blocked", "inactive", "oneself"])
def test_who_is_not_told(tell, host, listener, why):
    if why == "mute":
        PersonMute.objects.create(owner=listener, person=host)
    elif why == "block":
        Block.objects.create(owner=listener, person=host)
    elif why == "blocked":
        Block.objects.create(owner=host, person=listener)
    elif why == "inactive":
        listener.is_active = False
    assert tell(actor=listener if why == "oneself" else host) is None
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "address", "subscribed", "in_app", "channels"),
    [
        (None, True, True, True, ["email"]),
        (None, False, True, True, []),
        ((True, True, True), True, True, True, ["email", "push"]),
        ((True, False, True), True, False, True, []),
        ((False, False, True), True, True, False, ["push"]),
        ((False, False, True), True, False, None, []),
        ((False, False, False), True, True, None, []),
    ],
)
def test_by_the_channels_that_were_chosen(
    tell, listener, sent, committed, chosen, address, subscribed, in_app, channels
):
    if chosen:
        names = ("in_app", "email", "push")
        NotificationPreference.objects.create(
            user=listener, kind=Kind.FOLLOWER, **dict(zip(names, chosen, strict=True))
        )
    if not address:
        listener.email = ""
    if subscribed:
        PushSubscription.objects.create(user=listener, endpoint="https://push.test/1")
    with committed():
        told = tell()
    assert (told.in_app if told else None) is in_app
    assert channels_of(listener) == channels
    assert bool(sent) is bool(in_app)


def test_e_mail_waits_unless_it_is_urgent(listener, now, settings):
    settings.SPACES_EMAIL_DIGEST_MINUTES = 60
    assert email_due_at(listener, Kind.REMINDER, now=now) == now
    assert email_due_at(listener, Kind.FOLLOWER, now=now) == now + timedelta(minutes=5)
    InboxSettings.objects.create(user=listener, emailed_at=now - timedelta(minutes=10))
    assert email_due_at(listener, Kind.FOLLOWER, now=now) == now + timedelta(minutes=50)
    assert email_due_at(listener, Kind.REMINDER, now=now) == now
    InboxSettings.objects.update(emailed_at=now - timedelta(minutes=58))
    assert email_due_at(listener, Kind.FOLLOWER, now=now) == now + timedelta(minutes=5)


def test_deliveries_have_their_times(tell, listener, now, at):
    PushSubscription.objects.create(user=listener, endpoint="https://push.test/1")
    tell(kind=Kind.REMINDER, expires_at=at(60))
    assert set(Delivery.objects.values_list("channel", "due_at", "expires_at")) == {
        (Channel.EMAIL, now, at(60)),
        (Channel.PUSH, now, at(60)),
    }


def test_what_is_withdrawn_is_gone_with_its_deliveries(tell, listener, sent, committed):
    tell()
    with committed():
        assert notification_withdraw(user=listener, key="follower:1")
        assert not notification_withdraw(user=listener, key="follower:1")
    assert not Delivery.objects.exists()
    assert sent.of("inbox.counts") == [{"messages": 0, "notifications": 0}]


def test_seen_on_one_device_is_seen_on_all(tell, listener, sent, committed):
    tell()
    tell(key="follower:2")
    assert inbox_counts([listener.pk])[listener.pk]["notifications"] == 2
    with committed():
        notifications_seen(user=listener)
        notifications_seen(user=listener)
    assert sent.types() == ["notifications.seen", "inbox.counts"]
    assert sent.of("inbox.counts") == [{"messages": 0, "notifications": 0}]
    tell(key="follower:3")
    assert inbox_counts([listener.pk])[listener.pk]["notifications"] == 1


def test_counts_of_many_are_one_query(tell, listener, outsider, django_assert_num_queries):
    tell()
    tell(user=outsider, key="a")
    tell(user=outsider, key="b")
    with django_assert_num_queries(1):
        counts = inbox_counts([listener.pk, outsider.pk])
    assert {user: one["notifications"] for user, one in counts.items()} == {listener.pk: 1, outsider.pk: 2}
    with django_assert_num_queries(0):
        assert inbox_counts([]) == {}


def test_one_reads_only_ones_own(tell, listener, outsider, now, at):
    told = tell()
    with pytest.raises(NotFound):
        notification_read(user=outsider, notification_id=told.pk, now=now)
    with pytest.raises(NotFound):
        notification_read(user=listener, notification_id=10**30, now=now)
    assert notification_read(user=listener, notification_id=told.pk, now=now).read_at == now
    assert notification_read(user=listener, notification_id=told.pk, now=at(5)).read_at == now


def test_choosing_channels(listener):
    wishes = preferences_update(user=listener, changes={Kind.FOLLOWER: {"email": False}})
    assert (wishes[Kind.FOLLOWER].in_app, wishes[Kind.FOLLOWER].email) == (True, False)
    preferences_update(user=listener, changes={Kind.FOLLOWER: {"push": True}})
    again = wishes_of(listener)[Kind.FOLLOWER]
    assert (again.in_app, again.email, again.push) == (True, False, True)
    # What was not changed follows the defaults.
    assert NotificationPreference.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"nothing": {"email": True}}, {"follower": {"sms": True}}, {"message": {"in_app": True}}]
)
def test_what_cannot_be_chosen(listener, changes):
    with pytest.raises(Invalid):
        preferences_update(user=listener, changes=changes)
    assert not NotificationPreference.objects.exists()


# What tells whom ------------------------------------------------------------------------------------------------


def test_a_new_follower_is_told_once_for_each_pair(host, listener, now, committed):
    with committed():
        follow(follower=listener, followee=host, now=now)
    with committed():
        unfollow(follower=listener, followee=host)
        follow(follower=listener, followee=host, now=now)
    told = Notification.objects.get()
    assert (told.user, told.actor, told.kind) == (host, listener, Kind.FOLLOWER)


def test_going_live_tells_the_followers_of_the_host_once(host, cohost, listener, now, committed):
    FollowFactory(follower=listener, followee=host)
    FollowFactory(follower=listener, followee=cohost)
    with committed():
        space = space_start(host=host, title="Morning voices", now=now)
    fanouts_run(now=now)
    told = Notification.objects.get()
    assert (told.user, told.actor, told.kind, told.event) == (listener, host, Kind.LIVE, "live")
    assert told.key == f"live:{space.pk}:{space.session}"
    assert Fanout.objects.get().expires_at == now + timedelta(minutes=30)


def test_a_space_that_is_over_tells_nobody_more(host, now, at, committed):
    FollowFactory(followee=host)
    space = space_start(host=host, title="Morning voices", now=now)
    space_end(space=space, by=host, now=at(1))
    assert fanouts_run(now=at(1)) == 0
    assert Fanout.objects.get().state == "dropped"


@pytest.fixture
def invitation(space: Space, host, listener, at):
    seat(space, listener, Role.LISTENER, at(0))
    stage_invite(space=space, by=host, user=listener, now=at(1))
    return Notification.objects.get(user=listener)


def test_an_invitation_is_told(invitation, host, space):
    assert (invitation.kind, invitation.actor, invitation.space_id) == (Kind.INVITED, host, space.pk)
    assert invitation.data == {"title": "Morning voices", "role": "speaker"}


@pytest.mark.parametrize("end", ["withdrawn", "declined", "over"])
def test_an_invitation_that_is_void_is_taken_back(invitation, host, listener, space, at, end):
    if end == "withdrawn":
        stage_invite_withdraw(space=space, by=host, user=listener, now=at(2))
    elif end == "declined":
        stage_invite_decline(space=space, user=listener, now=at(2))
    else:
        space_end(space=space, by=host, now=at(2))
    assert not Notification.objects.filter(user=listener).exists()


def test_an_invitation_that_was_accepted_stays(invitation, listener, space, at):
    stage_invite_accept(space=space, user=listener, now=at(2))
    assert Notification.objects.get(user=listener) == invitation


def test_an_accepted_request_is_told(space, host, listener, at):
    seat(space, listener, Role.LISTENER, at(0))
    request = stage_request(space=space, user=listener, now=at(1))
    for _ in range(2):
        stage_request_accept(space=space, by=host, user=listener, now=at(2))
    told = Notification.objects.get()
    assert (told.user, told.key) == (listener, f"accepted:{space.pk}:{request.pk}")


# The API --------------------------------------------------------------------------------------------------------


def test_the_api_lists_marks_and_reads(api, tell, listener, outsider):
    first, second = tell(), tell(key="follower:2")
    mine = api(listener)
    answer = mine.get("/api/v1/notifications/").json()
    assert [row["id"] for row in answer["results"]] == [str(second.pk), str(first.pk)]
    assert mine.post("/api/v1/notifications/seen/").status_code == 204
    assert inbox_counts([listener.pk])[listener.pk]["notifications"] == 0
    assert mine.post(f"/api/v1/notifications/{first.pk}/read/").json()["read"] is True
    assert api(outsider).post(f"/api/v1/notifications/{first.pk}/read/").status_code == 404
    assert api(outsider).get("/api/v1/notifications/").json()["results"] == []
    for path in ("", "seen/", f"{first.pk}/read/", "preferences/"):
        guest = api(None)
        assert (guest.get if path in ("", "preferences/") else guest.post)(
            f"/api/v1/notifications/{path}"
        ).status_code == 401


def test_a_page_of_notifications_costs_the_same_for_any_number(
    api, tell, listener, django_assert_num_queries
):
    mine = api(listener)
    # The first request also notes the session.
    mine.get("/api/v1/notifications/")
    tell()
    with django_assert_num_queries(3):
        mine.get("/api/v1/notifications/?limit=100")
    for number in range(2, 60):
        tell(key=f"follower:{number}", actor=UserFactory())
    with django_assert_num_queries(3):
        assert len(mine.get("/api/v1/notifications/?limit=100").json()["results"]) == 59


def test_preferences_over_the_api(api, listener):
    mine = api(listener)
    rows = mine.get("/api/v1/notifications/preferences/").json()
    assert [row["kind"] for row in rows] == Kind.values
    changed = mine.patch("/api/v1/notifications/preferences/", {"kind": "live", "push": False}).json()
    assert next(row for row in changed if row["kind"] == "live")["push"] is False
    for bad in (
        {},
        {"kind": "sms"},
        {"kind": "live", "email": "perhaps"},
        {"kind": "message", "in_app": True},
        [],
    ):
        assert mine.patch("/api/v1/notifications/preferences/", bad).status_code == 400


# Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(listener) -> Client:
    client = Client()
    client.force_login(listener)
    return client


def test_the_page_shows_the_latest_first_and_marks_them_seen(browser, tell, listener):
    tell()
    tell(kind=Kind.REQUEST_ACCEPTED, key="accepted:1", data={"title": "<b>Morning</b>"})
    page = browser.get("/inbox/notifications/").content.decode()
    assert page.index("has brought you on stage") < page.index("The Host follows you")
    assert "&lt;b&gt;Morning" in page
    assert "Unread" in page
    assert inbox_counts([listener.pk])[listener.pk]["notifications"] == 0


def test_an_empty_centre_says_what_will_be_there(browser):
    assert "Nothing new yet" in browser.get("/inbox/notifications/").content.decode()


def test_older_ones_by_cursor(browser, tell):
    keys = [tell(key=f"follower:{number}").pk for number in range(31)]
    first = browser.get("/inbox/notifications/").content.decode()
    assert f"?before={keys[1]}" in first
    older = browser.get(f"/inbox/notifications/?before={keys[1]}").content.decode()
    assert f"/inbox/notifications/{keys[0]}/" in older
    assert 'rel="next"' not in older
    for bad in ("x", "-1", "9" * 30, "²"):
        assert browser.get(f"/inbox/notifications/?before={bad}").status_code == 404


def test_opening_one_leads_there_and_it_is_read(browser, tell, outsider):
    told = tell()
    answer = browser.get(f"/inbox/notifications/{told.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/@the_host/")
    told.refresh_from_db()
    assert told.read_at is not None
    other = Client()
    other.force_login(outsider)
    assert other.get(f"/inbox/notifications/{told.pk}/").status_code == 404


def test_the_page_costs_the_same_for_any_number(browser, tell, space):
    def queries() -> int:
        browser.get("/inbox/notifications/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/inbox/notifications/")
        return len(captured)

    tell(space_id=space.pk)
    few = queries()
    for number in range(2, 30):
        tell(key=f"follower:{number}", actor=UserFactory(), space_id=space.pk)
    assert queries() == few


def test_a_block_hides_what_was_told_before(browser, tell, host, listener):
    tell()
    Block.objects.create(owner=listener, person=host)
    assert "The Host follows you" not in browser.get("/inbox/notifications/").content.decode()


def test_the_settings_form_saves_the_whole_table(browser, listener):
    page = browser.get("/settings/notifications/").content.decode()
    assert 'name="live.push" checked' in page
    assert 'name="message.in_app"' not in page
    assert browser.post("/settings/notifications/", {"live.in_app": "on"}).status_code == 302
    wishes = wishes_of(listener)
    assert (wishes["live"].in_app, wishes["live"].email, wishes["live"].push) == (True, False, False)
    assert not any(wishes["follower"].wants(channel) for channel in Channel.values)
