"""Two of staff, or a person and staff, act at once; on PostgreSQL, in real threads, there is one outcome."""

import pytest

from accounts.models import User
from moderation.errors import AppealDecided, AppealTwice, CaseClosed
from moderation.models import Act, Appeal, Decision, Sanction, SubjectKind
from moderation.services.appeals import appeal_create, appeal_decide
from moderation.services.decisions import decide, restore
from moderation.services.sanctions import sanctions_expire
from rooms.models import Participation, Role, Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from rooms.services.putting_out import put_out_again
from social.models import Notification
from tests.factories import HostingWaiverFactory, UserFactory
from tests.moderation.cases import case_about, member_of
from tests.rooms.racing import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_audio"),
]

WHY = "Against our rules."


@pytest.fixture
def two(transactional_db) -> list[User]:
    """Two moderators."""
    return [member_of("moderator"), member_of("moderator")]


def test_of_two_who_decide_a_case_one_does(two, speaker, listener, now):
    case = case_about(speaker, SubjectKind.PERSON, person=speaker, reporters=[listener], now=now)
    acts = [(two[0], Act.WARN), (two[1], Act.SUSPEND)] * 4
    results = at_once(
        *[lambda by=by, act=act: decide(act=act, by=by, case=case, reason=WHY, now=now) for by, act in acts]
    )
    assert sum(isinstance(one, Decision) for one in results) == 1
    assert sum(isinstance(one, CaseClosed) for one in results) == len(acts) - 1
    done = Decision.objects.get()
    speaker.refresh_from_db()
    assert speaker.is_suspended == (done.act == Act.SUSPEND)
    assert Notification.objects.filter(user=speaker).count() == 1


def test_of_many_suspensions_at_once_one_holds(two, speaker, now):
    at_once(
        *[lambda by=by: decide(act=Act.SUSPEND, by=by, person=speaker, reason=WHY, now=now) for by in two * 4]
    )
    assert Sanction.objects.filter(person=speaker, lifted_at__isnull=True).count() == 1
    assert Sanction.objects.count() == 8


def test_two_hosts_in_each_other_s_spaces_are_suspended_at_once(two, host, speaker, now):
    HostingWaiverFactory(user=speaker)
    mine = space_start(host=host, title="One", now=now)
    theirs = space_start(host=speaker, title="Two", now=now)
    for space, user in [(mine, host), (mine, speaker), (theirs, speaker), (theirs, host)]:
        space_join(space=space, user=user, now=now)
    results = at_once(
        lambda: decide(act=Act.SUSPEND, by=two[0], person=host, reason=WHY, now=now),
        lambda: decide(act=Act.SUSPEND, by=two[1], person=speaker, reason=WHY, now=now),
    )
    assert all(isinstance(one, Decision) for one in results), results
    assert not Space.objects.live().exists()


def test_whoever_joins_at_that_moment_is_out_in_the_end(two, host, now):
    space = space_start(host=host, title="One", now=now)
    people = [UserFactory() for _ in range(4)]
    at_once(
        *[lambda user=user: space_join(space=space, user=user, now=now) for user in people],
        *[
            lambda user=user: decide(act=Act.SUSPEND, by=two[0], person=user, reason=WHY, now=now)
            for user in people
        ],
    )
    assert all(
        User.objects.filter(pk__in=[user.pk for user in people]).values_list("is_suspended", flat=True)
    )
    put_out_again(now=now)
    assert not Participation.objects.filter(role=Role.LISTENER, left_at__isnull=True).exists()


def test_a_restoration_an_overturn_and_the_end_of_its_time_lift_it_once(two, speaker, at, now):
    decision = decide(act=Act.SUSPEND, by=two[0], person=speaker, reason=WHY, until=at(10), now=now)
    appeal = appeal_create(decision=decision, person=speaker, words="No.", now=now)
    at_once(
        lambda: restore(decision=decision, by=two[0], reason="Enough.", now=at(10)),
        lambda: appeal_decide(appeal=appeal, by=two[1], overturn=True, answer="Yes.", now=at(10)),
        lambda: sanctions_expire(now=at(10)),
    )
    speaker.refresh_from_db()
    assert not speaker.is_suspended
    events = list(Notification.objects.filter(user=speaker).values_list("event", flat=True))
    assert len([event for event in events if event in ("restore", "over")]) <= 1
    assert events.count("appeal_overturned") == 1


def test_of_many_appeals_there_is_one_and_one_answer(two, speaker, now):
    decision = decide(act=Act.WARN, by=two[0], person=speaker, reason=WHY, now=now)
    results = at_once(*[lambda: appeal_create(decision=decision, person=speaker, words="No.", now=now)] * 6)
    assert sum(isinstance(one, Appeal) for one in results) == 1
    assert sum(isinstance(one, AppealTwice) for one in results) == 5
    appeal = Appeal.objects.get()
    other = member_of("administrator")
    results = at_once(
        lambda: appeal_decide(appeal=appeal, by=two[1], overturn=True, answer="Yes.", now=now),
        lambda: appeal_decide(appeal=appeal, by=other, overturn=False, answer="No.", now=now),
    )
    assert sum(isinstance(one, AppealDecided) for one in results) == 1
