"""Asking to speak."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.errors import NoRequest, NotInRoom, NotInSpace, RequestsClosed, StageFull
from rooms.models import Participation, Role, Space, SpeakRequest
from rooms.selectors import my_request, snapshot, waiting_requests
from rooms.services import closing
from rooms.services.control import space_edit
from rooms.services.joining import space_leave
from rooms.services.requests import (
    stage_request,
    stage_request_accept,
    stage_request_decline,
    stage_request_withdraw,
)
from spaces_project.lib.errors import Invalid
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def ask(space, at, committed):
    """`ask(user, 5)`: somebody in the room asks to speak, 5 seconds later."""

    def asked(user, seconds=1, pitch=""):
        seat(space, user, Role.LISTENER, at(0))
        with committed():
            return stage_request(space=space, user=user, pitch=pitch, now=at(seconds))

    return asked


def queue(space):
    """Who asks, in order."""
    return [request.user for request in waiting_requests(space)]


def test_first_come_first_shown(space, ask):
    people = UserFactory.create_batch(4)
    for seconds, user in zip((7, 3, 3, 5), people, strict=True):
        ask(user, seconds)
    first, second, third, fourth = people
    assert queue(space) == [second, third, fourth, first]
    assert my_request(space=space, user=first)["before"] == 3
    assert my_request(space=space, user=second)["before"] == 0


def test_asking_twice_keeps_the_place_and_the_pitch(space, ask, listener, sent):
    first = ask(listener, 1, "One")
    again = ask(listener, 9, "Two")
    assert (again.pk, again.pitch, again.asked_at) == (first.pk, "One", first.asked_at)
    assert sent.types().count("request.added") == 1


def test_a_pitch_is_one_line_of_140(space, ask, listener):
    assert ask(listener, 1, " A\nB\t" + "ü" * 136).pitch == "A B " + "ü" * 136
    with pytest.raises(Invalid) as wrong:
        ask(UserFactory(), 1, "x" * 141)
    assert wrong.value.fields == {"pitch": ["Use at most 140 characters."]}


def test_the_history_of_who_asks(space, ask, listener, now, at):
    listener.follower_count = 7
    listener.save(update_fields=["follower_count"])
    for n in range(3):
        other = Space.objects.create(host=UserFactory(), title="Before", started_at=now)
        Participation.objects.create(space=other, user=listener, spoke_at=at(-9) if n else None)
    ask(listener)
    [row] = waiting_requests(space)
    assert (row.times_spoken, row.user.follower_count) == (2, 7)


def test_whoever_is_not_in_the_room_does_not_ask(space, listener, outsider, at):
    seat(space, listener, Role.LISTENER, at(0))
    space_leave(space=space, user=listener, now=at(1))
    for user in (listener, outsider):
        with pytest.raises(NotInSpace):
            stage_request(space=space, user=user, now=at(2))


def test_leaving_is_asking_no_longer(space, ask, listener, at, committed, sent):
    ask(listener)
    with committed():
        space_leave(space=space, user=listener, now=at(2))
    assert sent.of("request.removed") == [{"user": str(listener.pk), "reason": "withdrawn"}]
    assert queue(space) == []
    assert not Participation.objects.get(space=space, user=listener).is_present


@pytest.mark.parametrize("policy", ["following", "invited"])
def test_who_may_ask_changes_at_once(space, host, ask, at, committed, sent, policy):
    followed, other = UserFactory(), UserFactory()
    FollowFactory(follower=host, followee=followed)
    ask(followed)
    ask(other, 2)
    with committed():
        space_edit(space=space, by=host, speak_policy=policy, now=at(3))
    assert queue(space) == ([followed] if policy == "following" else [])
    if policy == "following":
        assert sent.of("request.decided") == [{"accepted": False}]
    else:
        assert "requests.cleared" in sent.types()
    with pytest.raises(RequestsClosed):
        stage_request(space=space, user=other, now=at(4))
    if policy == "following":
        ask(followed, 5)
    space_edit(space=space, by=host, speak_policy="everyone", now=at(6))
    ask(other, 7)


def test_an_answer_given_twice_is_given_once(space, host, ask, listener, outsider, at, committed, sent):
    ask(listener)
    ask(outsider, 2)
    for _ in range(2):
        with committed():
            stage_request_accept(space=space, by=host, user=listener, now=at(3))
            stage_request_decline(space=space, by=host, user=outsider, now=at(3))
    assert sent.types().count("stage.joined") == 1
    assert sent.of("request.decided") == [{"accepted": True}, {"accepted": False}]
    request = SpeakRequest.objects.get(user=listener)
    assert (request.state, request.decided_by, request.decided_at) == ("accepted", host, at(3))
    with pytest.raises(NoRequest):
        stage_request_decline(space=space, by=host, user=listener, now=at(4))
    with pytest.raises(NoRequest):
        stage_request_accept(space=space, by=host, user=outsider, now=at(4))


def test_nobody_is_accepted_who_has_not_asked_or_is_not_there(space, host, listener, outsider, at):
    seat(space, listener, Role.LISTENER, at(0))
    with pytest.raises(NoRequest):
        stage_request_accept(space=space, by=host, user=listener, now=at(1))
    with pytest.raises(NotInRoom):
        stage_request_accept(space=space, by=host, user=outsider, now=at(1))


def test_a_full_stage_changes_nothing(space, host, ask, listener, at, sent):
    for _ in range(settings.SPACES_SPEAKERS_MAX - 1):
        seat(space, UserFactory(), Role.SPEAKER, at(0))
    ask(listener)
    seq = Space.objects.get(pk=space.pk).seq
    with pytest.raises(StageFull):
        stage_request_accept(space=space, by=host, user=listener, now=at(2))
    assert queue(space) == [listener]
    assert Space.objects.get(pk=space.pk).seq == seq


def test_the_seat_of_a_speaker_who_has_left_is_given_on(space, host, ask, listener, at):
    people = UserFactory.create_batch(settings.SPACES_SPEAKERS_MAX - 1)
    for user in people:
        seat(space, user, Role.SPEAKER, at(0))
    for seconds, user in ((20, people[3]), (10, people[5])):
        space_leave(space=space, user=user, now=at(seconds))
    ask(listener)
    stage_request_accept(space=space, by=host, user=listener, now=at(30))
    roles = dict(Participation.objects.filter(space=space).values_list("user_id", "role"))
    assert (roles[listener.pk], roles[people[5].pk], roles[people[3].pk]) == (
        "speaker",
        "listener",
        "speaker",
    )


def test_withdrawing_what_was_not_asked_does_nothing(space, listener, at, sent):
    seat(space, listener, Role.LISTENER, at(0))
    stage_request_withdraw(space=space, user=listener, now=at(1))
    assert "request.removed" not in sent.types()


def test_only_the_head_of_a_long_queue_is_told_of_its_place(space, ask, at, committed, sent, monkeypatch):
    monkeypatch.setattr(closing, "POSITIONS_TOLD", 3)
    people = UserFactory.create_batch(8)
    for seconds, user in enumerate(people, 1):
        ask(user, seconds)
    sent.clear()
    with committed():
        stage_request_withdraw(space=space, user=people[1], now=at(20))
    told = {frame["group"]: frame["data"] for frame in sent if frame["type"] == "request.position"}
    assert told == {f"user.{people[2].pk}": {"before": 1}, f"user.{people[3].pk}": {"before": 2}}


class TestQueries:
    """The same number of queries for a queue of 10 and of 100."""

    def fill(self, space, at, count):
        people = UserFactory.create_batch(count)
        Participation.objects.bulk_create(
            Participation(space=space, user=user, joined_at=at(0), first_joined_at=at(0)) for user in people
        )
        SpeakRequest.objects.bulk_create(
            SpeakRequest(space=space, user=user, asked_at=at(n)) for n, user in enumerate(people)
        )

    def test_the_list(self, api, space, host, at):
        client = api(host)

        def get():
            with CaptureQueriesContext(connection) as queries:
                rows = client.get(f"/api/v1/spaces/{space.pk}/requests/?limit=100").json()["results"]
            return len(rows), len(queries)

        # The first request notes that the session is in use.
        get()
        self.fill(space, at, 10)
        assert get() == (10, 6)
        self.fill(space, at, 90)
        assert get() == (100, 6)

    def test_the_snapshot(self, space, host, at):
        def read():
            with CaptureQueriesContext(connection) as queries:
                shot = snapshot(space=space, user=host)
            return len(shot["queue"]), len(queries)

        self.fill(space, at, 10)
        _, few = read()
        assert few <= 12
        self.fill(space, at, 90)
        assert read() == (100, few)


def test_the_list_is_for_moderators_and_by_page(api, space, host, ask, listener, outsider):
    url = f"/api/v1/spaces/{space.pk}/requests/"
    ask(listener, 2)
    ask(outsider, 1)
    page = api(host).get(url, {"limit": 1}).json()
    assert [row["handle"] for row in page["results"]] == ["an_outsider"]
    page = api(host).get(page["next"]).json()
    assert [row["handle"] for row in page["results"]] == ["a_listener"]
    refused(api(listener).get(url), 403, "space.not_moderator")
    refused(api(UserFactory()).get(url), 403, "space.not_moderator")
    refused(api(None).get(url), 401, "not_signed_in")
    refused(api(host).get(url, {"cursor": "abc"}), 400, "cursor.invalid")
