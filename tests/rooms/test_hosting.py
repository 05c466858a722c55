"""Handing over, and the host who does not come back."""

import pytest

from rooms.errors import AlreadyLive, NotInRoom, NotOnStage
from rooms.models import Participation, Role, Space, SpeakRequest
from rooms.services.control import space_hand_over
from rooms.services.hosting import relieve_absent_host
from rooms.services.joining import space_join, space_leave
from rooms.services.lifecycle import space_start
from rooms.services.requests import stage_request
from rooms.services.stage import stage_step_down
from spaces_project.lib.errors import NotAllowed
from tests.factories import FollowFactory, HostingWaiverFactory, UserFactory
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def roles(space):
    """Role by handle, of those on stage."""
    found = Participation.objects.filter(space=space).exclude(role=Role.LISTENER)
    return {one.user.handle: one.role for one in found.select_related("user")}


def test_a_cohost_takes_over_and_the_host_is_a_cohost(space, host, cohost, at, committed, sent):
    seat(space, cohost, Role.COHOST, at(0))
    for _ in range(2):
        with committed():
            assert space_hand_over(space=space, by=host, user=cohost, now=at(1)).host == cohost
    assert roles(space) == {"the_host": "cohost", "a_cohost": "host"}
    assert sent.of("stage.role_changed") == [
        {"user": str(host.pk), "role": "cohost"},
        {"user": str(cohost.pk), "role": "host"},
    ]
    [changed] = sent.of("space.host_changed")
    assert (changed["host"]["handle"], changed["reason"]) == ("a_cohost", "handed_over")
    with pytest.raises(NotAllowed):
        space_hand_over(space=space, by=host, user=host, now=at(2))
    assert stage_step_down(space=space, user=host, now=at(3)).role == "listener"


def test_a_speaker_takes_over_and_the_host_is_a_speaker_where_there_is_no_other_seat(
    space, host, speaker, at
):
    seat(space, speaker, Role.SPEAKER, at(0))
    first, second = UserFactory(handle="first"), UserFactory(handle="second")
    for user in (first, second):
        seat(space, user, Role.COHOST, at(0))
    space_hand_over(space=space, by=host, user=speaker, now=at(1))
    assert roles(space) == {"the_host": "speaker", "a_speaker": "host", "first": "cohost", "second": "cohost"}


def test_to_whom_it_cannot_be_handed(space, host, cohost, speaker, listener, outsider, at):
    seat(space, cohost, Role.COHOST, at(0))
    seat(space, speaker, Role.SPEAKER, at(0))
    seat(space, listener, Role.LISTENER, at(0))
    space_leave(space=space, user=speaker, now=at(1))
    HostingWaiverFactory(user=cohost)
    space_start(host=cohost, title="Mine", now=at(1))
    for user, error in (
        (listener, NotOnStage),
        (outsider, NotInRoom),
        (speaker, NotInRoom),
        (cohost, AlreadyLive),
    ):
        with pytest.raises(error):
            space_hand_over(space=space, by=host, user=user, now=at(2))
    space.refresh_from_db()
    assert space.host == host
    assert roles(space)["the_host"] == "host"


def test_a_new_host_follows_other_people(space, host, cohost, listener, outsider, at):
    seat(space, cohost, Role.COHOST, at(0))
    Space.objects.filter(pk=space.pk).update(speak_policy="following")
    FollowFactory(follower=host, followee=listener)
    FollowFactory(follower=host, followee=outsider)
    FollowFactory(follower=cohost, followee=outsider)
    for user in (listener, outsider):
        seat(space, user, Role.LISTENER, at(0))
        stage_request(space=space, user=user, now=at(1))
    space_hand_over(space=space, by=host, user=cohost, now=at(2))
    assert SpeakRequest.objects.get(state="waiting").user == outsider


class TestAbsentHost:
    """The grace is 120 seconds."""

    def test_the_present_cohost_of_longest_standing_takes_over(self, space, host, at, committed, sent):
        gone, new, old = (UserFactory(handle=handle) for handle in ("gone", "new", "old"))
        # On stage for longer, but a co-host only since a moment ago.
        seat(space, new, Role.SPEAKER, at(1))
        seat(space, gone, Role.COHOST, at(2))
        space_leave(space=space, user=gone, now=at(3))
        seat(space, old, Role.COHOST, at(4))
        Participation.objects.filter(user=gone).update(role=Role.SPEAKER)
        seat(space, new, Role.COHOST, at(5))
        Participation.objects.filter(user=gone).update(role=Role.COHOST)
        space_leave(space=space, user=host, now=at(10))
        relieve_absent_host(space=space, now=at(129))
        assert Space.objects.get(pk=space.pk).host == host
        for _ in range(2):
            with committed():
                relieve_absent_host(space=space, now=at(130))
        space.refresh_from_db()
        assert (space.host, space.state, space.host_absent_since) == (old, "live", None)
        [changed] = sent.of("space.host_changed")
        assert changed["reason"] == "host_left"
        space_join(space=space, user=host, now=at(200))
        assert roles(space)["the_host"] in ("cohost", "speaker")
        assert "space.host_returned" not in sent.types()

    def test_without_a_cohost_it_ends(self, space, host, cohost, speaker, at):
        seat(space, speaker, Role.SPEAKER, at(0))
        seat(space, cohost, Role.COHOST, at(0))
        space_leave(space=space, user=cohost, now=at(5))
        space_leave(space=space, user=host, now=at(10))
        relieve_absent_host(space=space, now=at(130))
        space.refresh_from_db()
        assert (space.state, space.end_reason, space.host) == ("ended", "host_left", host)

    def test_a_cohost_who_is_live_elsewhere_is_passed_over(self, space, host, cohost, speaker, at):
        seat(space, cohost, Role.COHOST, at(0))
        seat(space, speaker, Role.COHOST, at(1))
        HostingWaiverFactory(user=cohost)
        space_start(host=cohost, title="Mine", now=at(2))
        space_leave(space=space, user=host, now=at(10))
        relieve_absent_host(space=space, now=at(130))
        assert Space.objects.get(pk=space.pk).host == speaker

    def test_a_host_who_is_back_stays_host(self, space, host, cohost, at):
        seat(space, cohost, Role.COHOST, at(0))
        space_leave(space=space, user=host, now=at(10))
        space_join(space=space, user=host, now=at(100))
        relieve_absent_host(space=space, now=at(500))
        assert Space.objects.get(pk=space.pk).host == host
