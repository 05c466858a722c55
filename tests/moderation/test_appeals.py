"""The person concerned asks once that a decision be looked at again, and somebody else decides that."""

from datetime import timedelta

import pytest

from moderation.appeal_links import appeal_path, appeal_token
from moderation.errors import (
    AppealDecided,
    AppealNotPossible,
    AppealSamePerson,
    AppealTooLate,
    AppealTwice,
    DecisionNotFound,
    DecisionSelf,
)
from moderation.models import Act, Appeal, AuditEntry, Sanction
from moderation.services.appeals import appeal_create, appeal_decide
from moderation.services.decisions import decide
from social.models import Delivery, Notification
from social.notification_words import words
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.moderation.cases import member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

WHY = "Against our rules."


@pytest.fixture
def moderator(db):
    """Who decides first."""
    return member_of("moderator", handle="a_moderator")


@pytest.fixture
def other(db):
    """Who decides about the appeal."""
    return member_of("moderator", handle="another_one")


@pytest.fixture
def decision(speaker, moderator, now):
    """`speaker` is suspended for good."""
    return decide(act=Act.SUSPEND, by=moderator, person=speaker, reason=WHY, now=now)


@pytest.fixture
def appeal(decision, speaker, at):
    """`speaker` has appealed."""
    return appeal_create(decision=decision, person=speaker, words="That was not me.", now=at(60))


def test_overturned_it_is_lifted_and_the_person_is_told(appeal, decision, speaker, other, at):
    appeal_decide(appeal=appeal, by=other, overturn=True, answer="You are right.", now=at(120))
    speaker.refresh_from_db()
    decision.refresh_from_db()
    assert not speaker.is_suspended
    assert decision.overturned_at == at(120)
    assert Sanction.objects.get().lifted_at == at(120)
    told = Notification.objects.filter(user=speaker).order_by("-pk")[0]
    assert words(told).title == "We looked at it again, and took our decision back"
    assert "You are right." in words(told).text
    assert Delivery.objects.filter(notification=told, channel="email").exists()
    entry = AuditEntry.objects.get(act="staff.appeal_overturned")
    assert (entry.actor_handle, entry.target_handle) == ("another_one", "a_speaker")


def test_upheld_it_stands_and_the_person_is_told(appeal, decision, speaker, other, at):
    appeal_decide(appeal=appeal, by=other, overturn=False, answer="It was you.", now=at(120))
    speaker.refresh_from_db()
    decision.refresh_from_db()
    assert speaker.is_suspended
    assert decision.overturned_at is None
    told = Notification.objects.filter(user=speaker).order_by("-pk")[0]
    assert words(told).title == "We looked at it again: our decision stands"


def test_an_appeal_is_decided_once(appeal, other, at):
    appeal_decide(appeal=appeal, by=other, overturn=False, answer="No.", now=at(120))
    with pytest.raises(AppealDecided) as refused:
        appeal_decide(appeal=appeal, by=other, overturn=True, answer="Yes.", now=at(121))
    assert refused.value.status == 409


def test_who_decided_first_does_not_decide_again_and_has_tried(appeal, moderator, at):
    with pytest.raises(AppealSamePerson) as refused:
        appeal_decide(appeal=appeal, by=moderator, overturn=False, answer="No.", now=at(120))
    assert (refused.value.code, refused.value.status) == ("appeal.same_person", 403)
    assert AuditEntry.objects.filter(act="staff.refused", actor_handle="a_moderator").count() == 1
    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.OPEN


@pytest.mark.parametrize("group", ["support", "finance", "nobody"])
def test_not_every_group_decides_appeals(appeal, at, group):
    with pytest.raises(NotAllowed) as refused:
        appeal_decide(appeal=appeal, by=member_of(group), overturn=True, answer="Yes.", now=at(120))
    assert refused.value.code == "staff.not_allowed"


def test_nobody_decides_their_own_appeal(staff, other, now):
    administrator = member_of("administrator")
    decision = decide(act=Act.WARN, by=administrator, person=other, reason=WHY, now=now)
    mine = appeal_create(decision=decision, person=other, words="No.", now=now)
    with pytest.raises(DecisionSelf):
        appeal_decide(appeal=mine, by=other, overturn=True, answer="Yes.", now=now)


@pytest.mark.parametrize("answer", ["", " ", "x" * 501])
def test_an_answer_is_needed(appeal, other, at, answer):
    with pytest.raises(Invalid) as refused:
        appeal_decide(appeal=appeal, by=other, overturn=True, answer=answer, now=at(120))
    assert list(refused.value.fields) == ["answer"]


def test_one_appeals_once(appeal, decision, speaker, at):
    with pytest.raises(AppealTwice):
        appeal_create(decision=decision, person=speaker, words="Please.", now=at(90))
    assert Appeal.objects.count() == 1


def test_nobody_else_appeals(decision, listener, now):
    with pytest.raises(DecisionNotFound):
        appeal_create(decision=decision, person=listener, words="Please.", now=now)


def test_after_sixty_days_it_is_too_late(decision, speaker, now):
    with pytest.raises(AppealTooLate):
        appeal_create(
            decision=decision, person=speaker, words="Please.", now=now + timedelta(days=60, seconds=1)
        )
    assert appeal_create(decision=decision, person=speaker, words="Please.", now=now + timedelta(days=60))


def test_there_is_nothing_to_appeal_against_in_a_restoration(decision, speaker, moderator, at):
    restored = decide(act=Act.RESTORE, by=moderator, person=speaker, reason="Enough.", now=at(1))
    with pytest.raises(AppealNotPossible):
        appeal_create(decision=restored, person=speaker, words="No!", now=at(2))


@pytest.mark.parametrize("said", ["", " \n ", "x" * 2001])
def test_words_are_needed(decision, speaker, now, said):
    with pytest.raises(Invalid) as refused:
        appeal_create(decision=decision, person=speaker, words=said, now=now)
    assert list(refused.value.fields) == ["words"]


def test_the_page_takes_the_appeal_without_a_sign_in(decision, client):
    path = appeal_path(decision)
    page = client.get(path).content.decode()
    assert "Your account is suspended" in page
    assert WHY in page
    assert client.post(path, {"words": " "}).status_code == 400
    assert client.post(path, {"words": "That was not me."}).status_code == 302
    page = client.get(path).content.decode()
    assert "We are looking at it again" in page
    assert client.post(path, {"words": "And again."}).status_code == 409
    assert Appeal.objects.get().words == "That was not me."


@pytest.mark.parametrize("token", ["x", "a:b", "{}", "%00", "1:2:3"])
def test_links_that_were_made_up_lead_nowhere(db, client, token):
    assert client.get(f"/appeals/{token}/").status_code == 404


def test_a_link_is_for_its_decision_alone(decision, client):
    good = appeal_token(decision)
    assert client.get(f"/appeals/{good}x/").status_code == 404
    assert client.get(f"/appeals/{good[:-1]}/").status_code == 404


def test_over_the_api_with_the_link_s_token_alone(decision, api):
    answer = api(None).post("/api/v1/appeals/", {"token": appeal_token(decision), "words": "Not me."})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["act"], body["reason"], body["may_appeal"]) == ("suspend", WHY, False)
    assert (body["appeal"]["words"], body["appeal"]["state"]) == ("Not me.", "open")
    again = api(None).post("/api/v1/appeals/", {"token": appeal_token(decision), "words": "Not me."})
    assert (again.status_code, again.json()["code"]) == (409, "appeal.twice")


def test_over_the_api_signed_in(moderator, speaker, listener, api, now):
    warning = decide(act=Act.WARN, by=moderator, person=speaker, reason=WHY, now=now)
    [row] = api(speaker).get("/api/v1/appeals/").json()["results"]
    assert (row["id"], row["act"], row["may_appeal"], row["appeal"]) == (str(warning.pk), "warn", True, None)
    theirs = api(listener).post("/api/v1/appeals/", {"decision": row["id"], "words": "No."})
    assert (theirs.status_code, theirs.json()["code"]) == (404, "decision.not_found")
    mine = api(speaker).post("/api/v1/appeals/", {"decision": row["id"], "words": "No."})
    assert mine.status_code == 201
    assert api(listener).get("/api/v1/appeals/").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"words": "x"}, 400),
        ({"decision": "x", "words": "x"}, 404),
        ({"decision": "٣", "words": "x"}, 404),
        ({"decision": "9" * 20, "words": "x"}, 404),
        ({"decision": "-1", "words": "x"}, 404),
        ({"token": "x", "words": "x"}, 404),
        ({"token": "x" * 301, "words": "x"}, 400),
        ({"decision": {}, "words": "x"}, 400),
        ({"token": ["x"], "words": "x"}, 400),
    ],
)
def test_bad_input_is_refused(speaker, api, body, status):
    assert api(speaker).post("/api/v1/appeals/", body).status_code == status


def test_guests_are_asked_to_sign_in(db, api):
    assert api(None).get("/api/v1/appeals/").status_code == 401
    assert api(None).post("/api/v1/appeals/", {"decision": "1", "words": "x"}).status_code == 401


def test_the_safety_page_leads_to_the_appeal(moderator, speaker, client, now):
    warning = decide(act=Act.WARN, by=moderator, person=speaker, reason=WHY, now=now)
    client.force_login(speaker)
    page = client.get("/settings/safety/").content.decode()
    assert "The moderators warn you" in page
    assert appeal_path(warning) in page
