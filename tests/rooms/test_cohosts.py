"""Co-hosts of a Space that has not started."""

from datetime import timedelta

import pytest

from accounts.models import Block
from rooms.errors import CannotInvite, CohostsFull, NotInvited, NotWaiting
from rooms.models import Invitation, Participation, Role, Space
from rooms.selectors import my_scheduled, snapshot
from rooms.services.cohosts import cohosts_named
from rooms.services.invitations import (
    stage_invite,
    stage_invite_accept,
    stage_invite_decline,
    stage_invite_withdraw,
)
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start_scheduled
from rooms.services.schedule import space_cancel, space_edit_scheduled
from rooms.services.stage import stage_step_down
from social.models import Notification
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import FollowFactory, UserFactory
from tests.rooms.ahead import scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def friends(host, cohost, speaker):
    """One follows the host, one is followed by the host."""
    FollowFactory(follower=cohost, followee=host)
    FollowFactory(follower=host, followee=speaker)
    return [cohost, speaker]


@pytest.fixture
def ahead(host, friends, now) -> Space:
    """A Space whose host has invited two co-hosts."""
    return scheduled(host, now, cohosts=["@A_COHOST", "a_speaker"])


def roles(space) -> dict[str, str]:
    """Who has a place, and which."""
    return dict(Participation.objects.filter(space=space).values_list("user__handle", "role"))


def test_they_are_asked_and_told(ahead, friends, host):
    assert set(Invitation.objects.values_list("user__handle", "role", "state")) == {
        ("a_cohost", "cohost", "open"),
        ("a_speaker", "cohost", "open"),
    }
    told = Notification.objects.get(user=friends[0])
    assert (told.kind, told.actor, told.space_id) == ("invited", host, ahead.pk)
    assert list(my_scheduled(friends[0])) == [ahead]
    assert [one["handle"] for one in snapshot(space=ahead, user=host)["invitations"]] == [
        "a_cohost",
        "a_speaker",
    ]


def test_who_accepts_is_on_stage_from_the_start(ahead, cohost, host, committed, sent):
    for _ in range(2):
        with committed():
            place = stage_invite_accept(space=ahead, user=cohost, now=ahead.created_at)
    assert (place.role, place.is_present) == (Role.COHOST, False)
    assert sent.types().count("stage.joined") == 1
    space = space_start_scheduled(space=ahead, by=host, now=ahead.scheduled_at)
    joined = space_join(space=space, user=cohost, now=ahead.scheduled_at).participation
    assert (joined.role, joined.on_stage_since) == (Role.COHOST, ahead.scheduled_at)


def test_an_open_invitation_outlives_the_start(ahead, cohost, host):
    space = space_start_scheduled(space=ahead, by=host, now=ahead.scheduled_at)
    space_join(space=space, user=cohost, now=ahead.scheduled_at)
    assert stage_invite_accept(space=space, user=cohost, now=ahead.scheduled_at).role == Role.COHOST


def test_who_declines_is_not_asked_again(ahead, cohost, outsider, now):
    for _ in range(2):
        stage_invite_decline(space=ahead, user=cohost, now=now)
    with pytest.raises(NotInvited):
        stage_invite_accept(space=ahead, user=cohost, now=now)
    with pytest.raises(NotInvited):
        stage_invite_decline(space=ahead, user=outsider, now=now)


def test_one_may_give_it_back(ahead, cohost, host, now, committed, sent):
    stage_invite_accept(space=ahead, user=cohost, now=now)
    with committed():
        stage_step_down(space=ahead, user=cohost, now=now)
    assert roles(ahead) == {"the_host": "host"}
    assert sent.of("stage.left") == [{"user": str(cohost.pk), "reason": "stepped_down"}]


def test_the_host_decides_who_they_are(ahead, cohost, speaker, host, now):
    stage_invite_accept(space=ahead, user=cohost, now=now)
    stage_invite_withdraw(space=ahead, by=host, user=speaker, now=now)
    assert Invitation.objects.get(user=speaker).state == "withdrawn"
    space_edit_scheduled(space=ahead, by=host, cohosts=["a_speaker"], now=now)
    assert roles(ahead) == {"the_host": "host"}
    assert Invitation.objects.filter(user=speaker, state="open").count() == 1
    space_edit_scheduled(space=ahead, by=host, cohosts=["a_speaker"], now=now)
    assert Invitation.objects.filter(user=speaker, state="open").count() == 1


def test_a_co_host_edits_what_it_is_about_alone(ahead, cohost, speaker, now):
    with pytest.raises(NotAllowed):
        space_edit_scheduled(space=ahead, by=cohost, title="Not yet", now=now)
    stage_invite_accept(space=ahead, user=cohost, now=now)
    assert space_edit_scheduled(space=ahead, by=cohost, title="Ours", now=now).title == "Ours"
    later = now + timedelta(hours=48)
    for change in ({"scheduled_at": later}, {"cohosts": []}):
        with pytest.raises(NotAllowed) as refused:
            space_edit_scheduled(space=ahead, by=cohost, now=now, **change)
        assert refused.value.code == "space.not_host"
    for act in (space_cancel, space_start_scheduled):
        with pytest.raises(NotAllowed):
            act(space=ahead, by=cohost, now=ahead.scheduled_at)


def test_inviting_one_by_one(host, friends, outsider, now):
    space = scheduled(host, now)
    first = stage_invite(space=space, by=host, user=friends[0], role="cohost", now=now)
    assert stage_invite(space=space, by=host, user=friends[0], role="cohost", now=now) == first
    with pytest.raises(CannotInvite):
        stage_invite(space=space, by=host, user=outsider, role="cohost", now=now)
    stage_invite(space=space, by=host, user=friends[1], role="cohost", now=now)
    third = UserFactory()
    FollowFactory(follower=third, followee=host)
    with pytest.raises(CohostsFull):
        stage_invite(space=space, by=host, user=third, role="cohost", now=now)


def test_a_block_keeps_apart(host, friends, now):
    Block.objects.create(owner=friends[0], person=host, created_at=now)
    with pytest.raises(Invalid):
        cohosts_named(host=host, handles=["a_cohost"])


def test_a_fixed_number_of_queries(host, friends, django_assert_num_queries):
    for handles in (["a_cohost"], ["a_cohost", "a_speaker"]):
        with django_assert_num_queries(3):
            cohosts_named(host=host, handles=handles)


def test_a_cancelled_space_asks_nobody(ahead, cohost, host, now):
    space_cancel(space=ahead, by=host, now=now)
    assert set(Invitation.objects.values_list("state", flat=True)) == {"expired"}
    with pytest.raises(NotWaiting):
        stage_invite_accept(space=ahead, user=cohost, now=now)


def test_one_answer_counts_for_the_series(host, cohost, speaker, friends, now):
    first = scheduled(host, now, cohosts=["a_cohost", "a_speaker"], series={"every": "week"})
    spaces = list(Space.objects.filter(series=first.series_id).order_by("scheduled_at"))
    assert len(spaces) > 3
    assert Notification.objects.filter(user=cohost).count() == 1
    stage_invite_accept(space=spaces[1], user=cohost, now=now)
    stage_invite_decline(space=spaces[1], user=speaker, now=now)
    for space in spaces:
        assert roles(space) == {"the_host": "host", "a_cohost": "cohost"}
    assert not Invitation.objects.filter(state="open").exists()
