"""What staff decide: each act, who may, what it needs, who is told, what is written down."""

from datetime import timedelta

import pytest

from moderation.errors import CaseClosed, DecisionSelf, HostingWithdrawn, NothingToRestore, SubjectGone
from moderation.gates import may_sell
from moderation.models import Act, AuditEntry, Case, Decision, Sanction, SubjectKind
from moderation.permissions import ALLOWED, GROUPS
from moderation.selectors.sanctions import active_sanction
from moderation.services.decisions import PLANS, cases_dismiss, decide, restore
from moderation.services.sanctions import sanctions_expire
from rooms.errors import AboveYourRole, MayNotHost, SpaceEnded
from rooms.models import Participation, Role, RoomMessage, Space
from rooms.services.control import space_hand_over
from rooms.services.lifecycle import space_end, space_start
from rooms.services.messages import message_post
from social.models import Delivery, DirectMessage, Kind, Notification, Post
from social.notification_words import words
from social.services.direct import direct_send
from social.services.posts import post_create
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.moderation.cases import case_about, member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

WHY = "Against our rules."


@pytest.fixture
def moderator(db):
    """Somebody of the group that decides."""
    return member_of("moderator", handle="a_moderator")


@pytest.fixture
def person_case(speaker, listener, outsider, now) -> Case:
    """Two people have reported `speaker`."""
    return case_about(speaker, SubjectKind.PERSON, person=speaker, reporters=[listener, outsider], now=now)


def told(user):
    return [(one.event, words(one)) for one in Notification.objects.filter(user=user, kind=Kind.MODERATION)]


def test_a_warning_closes_the_case_and_tells_both_sides(person_case, moderator, speaker, listener, now):
    decision = decide(act=Act.WARN, by=moderator, case=person_case, reason=WHY, now=now)

    person_case.refresh_from_db()
    assert (person_case.state, person_case.closed_at) == (Case.State.CLOSED, now)
    assert (decision.person, decision.case, decision.by) == (speaker, person_case, moderator)
    [(event, said)] = told(speaker)
    assert event == "warn"
    assert WHY in said.text
    assert said.url.startswith("/appeals/")
    [(event, said)] = told(listener)
    assert event == "report_decided"
    assert speaker.handle not in said.title + said.text
    assert WHY not in said.text
    assert Delivery.objects.filter(user=speaker, channel="email").count() == 1
    entry = AuditEntry.objects.get(act="staff.warn")
    assert (entry.actor_handle, entry.target_handle, entry.reason) == ("a_moderator", "a_speaker", WHY)


def test_a_dismissal_tells_the_person_nothing(person_case, moderator, speaker, listener, now):
    decide(act=Act.DISMISS, by=moderator, case=person_case, reason=WHY, now=now)
    assert told(speaker) == []
    assert [event for event, _ in told(listener)] == ["report_decided"]
    assert AuditEntry.objects.filter(act="staff.dismiss").count() == 1


def test_several_are_dismissed_and_what_is_decided_stays(person_case, host, moderator, listener, now):
    other = case_about(host, SubjectKind.PERSON, person=host, reporters=[listener], now=now)
    decide(act=Act.WARN, by=moderator, case=person_case, reason=WHY, now=now)
    assert cases_dismiss(cases=[person_case, other], by=moderator, reason=WHY, now=now) == 1
    assert list(Decision.objects.order_by("pk").values_list("act", flat=True)) == ["warn", "dismiss"]


def test_a_case_is_decided_once(person_case, moderator, speaker, now):
    decide(act=Act.WARN, by=moderator, case=person_case, reason=WHY, now=now)
    with pytest.raises(CaseClosed) as refused:
        decide(act=Act.SUSPEND, by=moderator, case=person_case, reason=WHY, now=now)
    assert (refused.value.code, refused.value.status) == ("case.closed", 409)
    speaker.refresh_from_db()
    assert not speaker.is_suspended
    assert Decision.objects.count() == 1


def test_a_reported_post_is_deleted(speaker, listener, moderator, now):
    post = post_create(author=speaker, text="Bad", now=now)
    case = case_about(post, SubjectKind.POST, person=speaker, reporters=[listener], now=now)
    decide(act=Act.DELETE_CONTENT, by=moderator, case=case, reason=WHY, now=now)
    assert Post.objects.get().deleted_at == now
    assert told(speaker)[0][1].title == "The moderators have deleted a post of yours"


def test_a_reported_message_of_a_room_is_deleted_also_when_the_space_is_over(
    space, speaker, join, moderator, now, committed
):
    join(space, speaker)
    with committed():
        message = message_post(space=space, author=speaker, text="Bad", now=now)
        space_end(space=space, by=space.host, now=now)
    case = case_about(message, SubjectKind.ROOM_MESSAGE, person=speaker, reporters=[space.host], now=now)
    decide(act=Act.DELETE_CONTENT, by=moderator, case=case, reason=WHY, now=now)
    message = RoomMessage.objects.get()
    assert (message.deleted_at, message.deleted_by) == (now, moderator)


def test_a_reported_direct_message_is_deleted(speaker, listener, moderator, now):
    message = direct_send(author=speaker, to=listener, text="Bad", now=now)
    case = case_about(message, SubjectKind.DIRECT_MESSAGE, person=speaker, reporters=[listener], now=now)
    decide(act=Act.DELETE_CONTENT, by=moderator, case=case, reason=WHY, now=now)
    assert DirectMessage.objects.get().deleted_at == now


def test_what_is_gone_cannot_be_deleted_and_nothing_is_decided(speaker, listener, moderator, now):
    post = post_create(author=speaker, text="Bad", now=now)
    case = case_about(post, SubjectKind.POST, person=speaker, reporters=[listener], now=now)
    Post.objects.all().delete()
    with pytest.raises(SubjectGone):
        decide(act=Act.DELETE_CONTENT, by=moderator, case=case, reason=WHY, now=now)
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    assert not Decision.objects.exists()


def test_staff_remove_somebody_from_a_space_they_are_not_in(space, speaker, join, moderator, now, committed):
    join(space, speaker)
    with committed():
        decide(act=Act.REMOVE, by=moderator, person=speaker, space_id=space.pk, reason=WHY, now=now)
    assert Participation.objects.get(user=speaker).removed_at == now
    assert told(speaker)[0][1].title == "The moderators have removed you from “Morning voices”"


def test_the_host_is_not_removed_but_the_space_ended(space, host, moderator, now, committed):
    with pytest.raises(AboveYourRole):
        decide(act=Act.REMOVE, by=moderator, person=host, space_id=space.pk, reason=WHY, now=now)
    with committed():
        decision = decide(act=Act.END_SPACE, by=moderator, space_id=space.pk, reason=WHY, now=now)
    space.refresh_from_db()
    assert (space.state, space.end_reason) == (Space.State.ENDED, Space.EndReason.STAFF)
    assert decision.person == host


def test_nobody_is_removed_from_a_space_that_is_over(space, speaker, join, moderator, now, committed):
    join(space, speaker)
    with committed():
        space_end(space=space, by=space.host, now=now)
    with pytest.raises(SpaceEnded):
        decide(act=Act.REMOVE, by=moderator, person=speaker, space_id=space.pk, reason=WHY, now=now)


def test_without_the_right_to_host_a_waiver_does_not_help(host, moderator, api, at, now):
    until = now + timedelta(days=3650)
    decide(act=Act.WITHDRAW_HOSTING, by=moderator, person=host, reason=WHY, until=until, now=now)
    with pytest.raises(HostingWithdrawn) as refused:
        space_start(host=host, title="Mine", now=at(1))
    assert refused.value.code == "space.hosting_withdrawn"
    answer = api(host).post("/api/v1/spaces/", {"title": "Mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "space.hosting_withdrawn")
    hosting = api(host).get("/api/v1/me/hosting/").json()
    assert (hosting["eligible"], hosting["waiver"]) == (False, True)
    assert hosting["refusal"]
    assert "You cannot host now" in api(host).get("/spaces/new/").content.decode()


def test_without_the_right_to_host_nobody_is_handed_a_space(space, host, speaker, join, moderator, now):
    join(space, speaker)
    Participation.objects.filter(user=speaker).update(role=Role.SPEAKER)
    decide(act=Act.WITHDRAW_HOSTING, by=moderator, person=speaker, reason=WHY, now=now)
    with pytest.raises(MayNotHost):
        space_hand_over(space=space, by=host, user=speaker, now=now)


def test_without_the_right_to_sell_hosting_goes_on(host, staff, now):
    decide(act=Act.WITHDRAW_SELLING, by=staff, person=host, reason=WHY, now=now)
    refusal = may_sell(host)
    assert refusal is not None
    assert refusal.code == "ticket.selling_withdrawn"
    assert space_start(host=host, title="Mine", now=now).is_live


def test_a_second_suspension_takes_the_place_of_the_first(speaker, moderator, at, now):
    first = decide(
        act=Act.SUSPEND, by=moderator, person=speaker, reason=WHY, until=now + timedelta(hours=1), now=now
    )
    second = decide(act=Act.SUSPEND, by=moderator, person=speaker, reason="For good.", now=at(1))
    held = active_sanction(speaker, Sanction.Kind.SUSPENDED, at(7200))
    assert held is not None
    assert held.decision == second
    assert first.sanctions.get().lifted_at == at(1)


def test_restoring_lifts_and_brings_nothing_else_back(space, host, moderator, at, now, committed):
    with committed():
        decision = decide(act=Act.SUSPEND, by=moderator, person=host, reason=WHY, now=now)
    with committed():
        restore(decision=decision, by=moderator, reason="A mistake.", now=at(5))
    host.refresh_from_db()
    space.refresh_from_db()
    assert not host.is_suspended
    assert space.state == Space.State.ENDED
    assert [event for event, _ in told(host)] == ["suspend", "restore"]
    with pytest.raises(NothingToRestore):
        restore(decision=decision, by=moderator, reason="Again.", now=at(6))
    assert Decision.objects.filter(act=Act.RESTORE).count() == 1


def test_restoring_somebody_lifts_all_that_holds(speaker, staff, at, now):
    decide(act=Act.SUSPEND, by=staff, person=speaker, reason=WHY, now=now)
    decide(act=Act.WITHDRAW_HOSTING, by=staff, person=speaker, reason=WHY, now=now)
    decide(act=Act.RESTORE, by=staff, person=speaker, reason="Enough.", now=at(1))
    assert not Sanction.objects.filter(lifted_at__isnull=True).exists()


def test_what_is_over_is_lifted_and_told_once(speaker, moderator, at, now):
    until = at(3600)
    decide(act=Act.SUSPEND, by=moderator, person=speaker, reason=WHY, until=until, now=now)
    assert sanctions_expire(now=at(3599)) == 0
    assert sanctions_expire(now=at(3600)) == 1
    assert sanctions_expire(now=at(3601)) == 0
    speaker.refresh_from_db()
    assert not speaker.is_suspended
    assert told(speaker)[-1][1].title == "Your suspension is over"


@pytest.mark.parametrize("act", [act for act, plan in PLANS.items() if not plan.has_end])
def test_what_has_no_end_takes_none(act, person_case, staff, space, at, now):
    with pytest.raises(Invalid) as refused:
        decide(act=act, by=staff, case=person_case, space_id=space.pk, reason=WHY, until=at(60), now=now)
    assert list(refused.value.fields) == ["until"]


@pytest.mark.parametrize("seconds", [0, -60])
def test_an_end_lies_ahead(person_case, moderator, at, now, seconds):
    with pytest.raises(Invalid) as refused:
        decide(act=Act.SUSPEND, by=moderator, case=person_case, reason=WHY, until=at(seconds), now=now)
    assert list(refused.value.fields) == ["until"]


@pytest.mark.parametrize("reason", ["", "  \u200b ", "x" * 501])
def test_a_reason_is_needed(person_case, moderator, now, reason):
    with pytest.raises(Invalid) as refused:
        decide(act=Act.WARN, by=moderator, case=person_case, reason=reason, now=now)
    assert list(refused.value.fields) == ["reason"]


@pytest.mark.parametrize("act", [act for act, plan in PLANS.items() if plan.on_person])
def test_whom_it_is_about_is_needed(act, staff, now):
    with pytest.raises(Invalid) as refused:
        decide(act=act, by=staff, reason=WHY, now=now)
    assert set(refused.value.fields) <= {"person", "space_id"}


def test_an_act_that_does_not_exist_is_refused(staff, speaker, now):
    with pytest.raises(Invalid):
        decide(act="banish", by=staff, person=speaker, reason=WHY, now=now)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("group", [*GROUPS, "nobody"])
def test_each_group_does_what_the_table_says_and_the_rest_is_written_down(
    act, group, person_case, space, now
):
    by = member_of(group, handle="tries_it")
    if group in ALLOWED[act]:
        # It is let through to what the act itself asks for.
        with pytest.raises(Invalid):
            decide(act=act, by=by, case=person_case, reason="", now=now)
        assert not AuditEntry.objects.exists()
        return
    with pytest.raises(NotAllowed) as refused:
        decide(act=act, by=by, case=person_case, reason=WHY, now=now)
    assert refused.value.code == "staff.not_allowed"
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor_handle, entry.target_id) == ("staff.refused", "tries_it", act.value)
    person_case.refresh_from_db()
    assert person_case.state == Case.State.OPEN


def test_staff_are_decided_about_by_administrators_alone(moderator, staff, now):
    other = member_of("support")
    with pytest.raises(NotAllowed):
        decide(act=Act.SUSPEND, by=moderator, person=other, reason=WHY, now=now)
    assert AuditEntry.objects.filter(act="staff.refused").count() == 1
    decide(act=Act.SUSPEND, by=staff, person=other, reason=WHY, now=now)


def test_nobody_decides_about_themselves(moderator, listener, now):
    mine = case_about(moderator, SubjectKind.PERSON, person=moderator, reporters=[listener], now=now)
    for act in (Act.DISMISS, Act.RESTORE):
        with pytest.raises(DecisionSelf):
            decide(act=act, by=moderator, case=mine, reason=WHY, now=now)
