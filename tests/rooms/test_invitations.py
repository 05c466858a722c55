"""Inviting people on stage."""

import pytest
from django.conf import settings

from rooms.errors import (
    AlreadyOnStage,
    CannotInvite,
    CohostsFull,
    NotInSpace,
    NotInvited,
    SpaceLocked,
    StageFull,
)
from rooms.models import Invitation, Participation, Role
from rooms.services.control import space_hand_over, space_lock, space_remove
from rooms.services.invitations import (
    stage_invite,
    stage_invite_accept,
    stage_invite_decline,
    stage_invite_withdraw,
)
from rooms.services.joining import space_join, space_leave
from rooms.services.requests import stage_request
from social.models import Notification
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import FollowFactory, UserFactory
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def role_of(space, user):
    """What somebody is in the Space."""
    return Participation.objects.get(space=space, user=user).role


def test_who_is_in_the_room_or_follows_can_be_invited(space, host, cohost, listener, outsider, at, committed):
    seat(space, cohost, Role.COHOST, at(0))
    seat(space, listener, Role.LISTENER, at(0))
    hosts_follower, cohosts_follower = UserFactory(), UserFactory()
    FollowFactory(follower=hosts_follower, followee=host)
    FollowFactory(follower=cohosts_follower, followee=cohost)
    FollowFactory(follower=host, followee=outsider)
    with committed():
        for user in (listener, hosts_follower, cohosts_follower):
            stage_invite(space=space, by=cohost, user=user, now=at(1))
        with pytest.raises(CannotInvite):
            stage_invite(space=space, by=cohost, user=outsider, now=at(1))
        stage_invite_withdraw(space=space, by=cohost, user=listener, now=at(2))
        space_leave(space=space, user=listener, now=at(2))
        with pytest.raises(CannotInvite):
            stage_invite(space=space, by=cohost, user=listener, now=at(3))
    told = Notification.objects.order_by("pk")
    # Whose invitation is void is told of it no more.
    assert [one.user for one in told] == [hosts_follower, cohosts_follower]
    assert (told[0].space_id, told[0].actor, told[0].data["role"]) == (space.pk, cohost, "speaker")


def test_whom_one_cannot_invite(space, host, speaker, listener, at):
    seat(space, speaker, Role.SPEAKER, at(0))
    seat(space, listener, Role.LISTENER, at(0))
    with pytest.raises(AlreadyOnStage):
        stage_invite(space=space, by=host, user=speaker, now=at(1))
    with pytest.raises(AlreadyOnStage):
        stage_invite(space=space, by=host, user=host, role="cohost", now=at(1))
    with pytest.raises(Invalid):
        stage_invite(space=space, by=host, user=listener, role="host", now=at(1))
    space_remove(space=space, by=host, user=listener, now=at(1))
    with pytest.raises(CannotInvite):
        stage_invite(space=space, by=host, user=listener, now=at(2))


def test_an_invitation_is_sent_once_and_the_host_may_change_it(
    space, host, cohost, listener, at, committed, sent
):
    seat(space, cohost, Role.COHOST, at(0))
    seat(space, listener, Role.LISTENER, at(0))
    with committed():
        first = stage_invite(space=space, by=cohost, user=listener, now=at(1))
        assert stage_invite(space=space, by=cohost, user=listener, now=at(2)) == first
        better = stage_invite(space=space, by=host, user=listener, role="cohost", now=at(3))
        assert stage_invite(space=space, by=cohost, user=listener, now=at(4)) == better
    assert sent.types().count("invitation.received") == 2
    assert list(Invitation.objects.values_list("role", "state")) == [
        ("speaker", "withdrawn"),
        ("cohost", "open"),
    ]
    with pytest.raises(NotAllowed) as refused:
        stage_invite_withdraw(space=space, by=cohost, user=listener, now=at(5))
    assert refused.value.code == "space.not_host"


def test_accepting_settles_the_request_too(space, host, listener, at, committed, sent):
    seat(space, listener, Role.LISTENER, at(0))
    stage_request(space=space, user=listener, now=at(1))
    stage_invite(space=space, by=host, user=listener, now=at(2))
    with committed():
        for _ in range(2):
            assert stage_invite_accept(space=space, user=listener, now=at(3)).role == "speaker"
    assert listener.speak_requests.get().state == "accepted"
    assert sent.types().count("stage.joined") == 1
    assert Invitation.objects.get().state == "accepted"
    mine = Participation.objects.get(user=listener)
    assert (mine.muted, mine.on_stage_since, mine.spoke_at) == (True, at(3), at(3))


def test_who_is_outside_joins_first_and_a_lock_keeps_them_out(space, host, outsider, at):
    FollowFactory(follower=outsider, followee=host)
    stage_invite(space=space, by=host, user=outsider, now=at(1))
    with pytest.raises(NotInSpace):
        stage_invite_accept(space=space, user=outsider, now=at(2))
    space_lock(space=space, by=host, locked=True, now=at(2))
    with pytest.raises(SpaceLocked):
        space_join(space=space, user=outsider, now=at(3))
    space_lock(space=space, by=host, locked=False, now=at(4))
    space_join(space=space, user=outsider, now=at(5))
    stage_invite_accept(space=space, user=outsider, now=at(6))
    assert role_of(space, outsider) == "speaker"


def test_who_is_outside_may_decline(space, host, outsider, at):
    FollowFactory(follower=outsider, followee=host)
    with pytest.raises(NotInvited):
        stage_invite_decline(space=space, user=outsider, now=at(1))
    stage_invite(space=space, by=host, user=outsider, now=at(1))
    for _ in range(2):
        stage_invite_decline(space=space, user=outsider, now=at(2))
    assert Invitation.objects.get().state == "declined"
    assert not Participation.objects.filter(user=outsider).exists()


def test_full_seats_leave_the_invitation_open(space, host, listener, speaker, at):
    seat(space, speaker, Role.SPEAKER, at(0))
    seat(space, listener, Role.LISTENER, at(0))
    stage_invite(space=space, by=host, user=speaker, role="cohost", now=at(1))
    stage_invite(space=space, by=host, user=listener, now=at(1))
    for _ in range(settings.SPACES_COHOSTS_MAX):
        seat(space, UserFactory(), Role.COHOST, at(1))
    for _ in range(settings.SPACES_SPEAKERS_MAX - settings.SPACES_COHOSTS_MAX - 2):
        seat(space, UserFactory(), Role.SPEAKER, at(1))
    with pytest.raises(CohostsFull):
        stage_invite_accept(space=space, user=speaker, now=at(2))
    with pytest.raises(StageFull):
        stage_invite_accept(space=space, user=listener, now=at(2))
    assert set(Invitation.objects.values_list("state", flat=True)) == {"open"}
    assert (role_of(space, speaker), role_of(space, listener)) == ("speaker", "listener")


def test_what_a_former_host_offered_is_void(space, host, cohost, listener, outsider, at):
    seat(space, cohost, Role.COHOST, at(0))
    for user in (listener, outsider):
        seat(space, user, Role.LISTENER, at(0))
    stage_invite(space=space, by=host, user=listener, role="cohost", now=at(1))
    stage_invite(space=space, by=host, user=outsider, now=at(1))
    space_hand_over(space=space, by=host, user=cohost, now=at(2))
    with pytest.raises(NotInvited):
        stage_invite_accept(space=space, user=listener, now=at(3))
    stage_invite_accept(space=space, user=outsider, now=at(3))
