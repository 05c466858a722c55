"""Saying something of the product, the answer, the list, and votes."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from feedback.models import Feedback, RoadmapItem, Vote
from feedback.services.desk import feedback_answer, feedback_merge, item_create, item_edit
from feedback.services.sending import feedback_send, vote
from moderation.models import AuditEntry
from social.models import Delivery, Fanout, Notification
from social.services.fanouts import fanouts_run
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.factories import UserFactory
from tests.pages.documents import Document
from tests.staffing import sign_in_staff, staff_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(db: None) -> User:
    """Staff who answer."""
    return staff_of("support", handle="a_supporter")


@pytest.fixture
def item(support, now) -> RoadmapItem:
    """Something that is planned."""
    return item_create(by=support, title="A queue", text="One after the other.", now=now)


def said(author: User, now: Any, text: str = "A queue of Spaces, please") -> Feedback:
    return feedback_send(author=author, kind="idea", text=text, page="/spaces/?q=1", version="1.0.0", now=now)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_is_sent_with_what_the_form_shows(listener):
    client = signed_in(listener)
    form = Document(client.get("/feedback/?page=/spaces/new/&kind=problem"))
    assert form.problems() == []
    assert "/spaces/new/" in form.text
    body = {"kind": "problem", "text": "It\r\nis slow\0", "page": "/spaces/new/", "along": "1"}
    sent = client.post("/feedback/", body, follow=True)
    assert "Thank you" in sent.content.decode()
    # What is not to be sent along is not.
    client.post("/feedback/", body | {"along": "", "kind": "praise"})
    problem, praise = Feedback.objects.order_by("pk")
    assert (problem.kind, problem.text, problem.page, problem.version) == (
        "problem",
        "It\nis slow",
        "/spaces/new/",
        "1.0.0",
    )
    assert (praise.page, praise.version, praise.state) == ("", "", "new")
    refused = client.post("/feedback/", {"kind": "anger", "text": " "})
    assert refused.status_code == 400
    assert not Feedback.objects.filter(kind="anger").exists()
    assert "Sign in" in Client().get("/feedback/").content.decode()


def test_bad_input_is_refused_and_nobody_reads_what_others_say(api, listener, outsider, now, limit):
    for body in (
        {"kind": "idea"},
        {"kind": "idea", "text": "\u200b"},
        {"kind": "idea", "text": "x" * 2001},
        {"kind": [], "text": "x"},
        {"kind": "idea", "text": "x", "version": "v" * 41},
    ):
        answer = api(listener).post("/api/v1/feedback/", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), body
    elsewhere = api(listener).post(
        "/api/v1/feedback/", {"kind": "idea", "text": "x", "page": "//evil.example/"}
    )
    assert elsewhere.json()["page"] == ""
    path = f"/api/v1/feedback/{elsewhere.json()['id']}/"
    assert api(listener).get(path).status_code == 200
    assert api(outsider).get(path).json()["code"] == "feedback.not_found"
    assert api(listener).get(f"/api/v1/feedback/{2**80}/").status_code == 404
    assert api(None).post("/api/v1/feedback/", {"kind": "idea", "text": "x"}).status_code == 401
    limit("feedback.send", account=(2, 60))
    said(listener, now)
    assert api(listener).post("/api/v1/feedback/", {"kind": "idea", "text": "x"}).status_code == 429


def test_an_answer_reaches_the_person_once(listener, support, now):
    feedback = said(listener, now)
    with pytest.raises(NotAllowed):
        feedback_answer(feedback=feedback, by=listener, state="answered", answer="Mine", now=now)
    with pytest.raises(Invalid):
        feedback_answer(feedback=feedback, by=support, state="declined", answer=" ", now=now)
    for _ in range(2):
        feedback_answer(feedback=feedback, by=support, state="answered", answer="Soon.", now=now)
    told = Notification.objects.get(user=listener)
    assert (told.kind, told.data["text"]) == ("feedback", "Soon.")
    assert Delivery.objects.get(notification=told).channel == "email"
    page = Document(signed_in(listener).get("/feedback/mine/"))
    assert page.problems() == []
    assert "Soon." in page.text
    assert AuditEntry.objects.filter(act="feedback.answer").count() == 1


def test_what_says_the_same_becomes_one_item_and_goes_along_with_it(
    listener, outsider, support, item, now, committed
):
    both = [said(listener, now), said(outsider, now, "Let me line up Spaces")]
    ids = [one.pk for one in both]
    with committed():
        assert feedback_merge(feedback_ids=ids, item=item, by=support, now=now) == 2
        assert feedback_merge(feedback_ids=ids, item=item, by=support, now=now) == 0
    item.refresh_from_db()
    assert item.vote_count == 2
    fan = UserFactory()
    vote(user=fan, item_id=item.pk, now=now)
    item_edit(item=item, by=support, title="A queue", text="", state="shipped", now=now)
    fanouts_run(now=now)
    assert set(Feedback.objects.values_list("state", flat=True)) == {"shipped"}
    moved = Notification.objects.filter(event="moved")
    assert {one.user_id for one in moved} == {listener.pk, outsider.pk, fan.pk}
    assert moved[0].data["line"] == "It is there: A queue"
    assert Fanout.objects.count() == 1
    assert Notification.objects.filter(event="merged").count() == 2


def test_a_vote_counts_once_and_can_be_taken_back(api, listener, item, support, now):
    client, path = api(listener), f"/api/v1/roadmap/{item.pk}/vote/"
    for _ in range(2):
        assert client.put(path).json() | {"voted": True, "vote_count": 1} == client.put(path).json()
    for _ in range(2):
        assert client.delete(path).json()["vote_count"] == 0
    client.put(path)
    # An account that goes takes its vote along.
    listener.delete()
    item.refresh_from_db()
    assert item.vote_count == Vote.objects.count() == 0
    late = UserFactory()
    item_edit(item=item, by=support, title="A queue", text="", state="shipped", now=now)
    assert api(late).put(path).json()["code"] == "roadmap.shipped"
    item_edit(item=item, by=support, title="A queue", text="", state="declined", now=now)
    assert api(late).put(path).json()["code"] == "roadmap.not_found"
    assert api(late).put(f"/api/v1/roadmap/{2**80}/vote/").status_code == 404
    assert api(None).put(path).status_code == 401


def test_the_list_is_public_sorted_by_votes_and_works_without_javascript(
    listener, support, item, now, django_assert_num_queries
):
    for number in range(6):
        one = item_create(
            by=support, title=f"Item {number}", state="in_progress" if number else "shipped", now=now
        )
        RoadmapItem.objects.filter(pk=one.pk).update(vote_count=number)
    with django_assert_num_queries(1):
        page = Document(Client().get("/roadmap/"))
    assert page.problems() == []
    titles = [tag.text for tag in page.all("h3")]
    assert titles == ["Item 5", "Item 4", "Item 3", "Item 2", "Item 1", "A queue", "Item 0"]
    client, path = signed_in(listener), f"/roadmap/{item.pk}/vote/"
    assert client.post(path, {"on": "1"}).headers["Location"] == f"/roadmap/#item-{item.pk}"
    button = Document(client.post(path, {"on": "1"}, headers={"HX-Request": "true"}))
    assert button.all("button")[0]["aria-pressed"] == "true"
    assert Client().post(path, {"on": "1"}).status_code == 302
    item.refresh_from_db()
    assert item.vote_count == 1
    client.post(path, {"on": "0"})
    item.refresh_from_db()
    assert item.vote_count == 0


def test_the_queue_of_staff_in_the_admin_and_over_rest(
    api, support, listener, item, now, django_assert_num_queries
):
    first, second = said(listener, now), said(listener, now, "<b>Bold</b>")
    desk = sign_in_staff(Client(), support)
    listed = Document(desk.get("/admin/feedback/feedback/"))
    assert listed.problems() == []
    record = f"/admin/feedback/feedback/{first.pk}/change/"
    assert Document(desk.get(record)).problems() == []
    answered = desk.post(record, {"act": "answer", "answer-state": "answered", "answer-answer": "Yes."})
    assert answered.status_code == 302
    desk.post(record, {"act": "merge", "merge-item": "", "merge-title": "Something new"})
    made = RoadmapItem.objects.get(title="Something new")
    first.refresh_from_db()
    assert (first.state, first.item, first.answer) == ("planned", made, "Yes.")
    action = {"action": "merge", "item": item.pk, "_selected_action": [second.pk]}
    desk.post("/admin/feedback/feedback/", action)
    second.refresh_from_db()
    assert second.item == item
    added = desk.post(
        "/admin/feedback/roadmapitem/add/", {"title": "By hand", "text": "", "state": "planned"}
    )
    assert added.status_code == 302
    assert RoadmapItem.objects.get(title="By hand")
    changed = f"/admin/feedback/roadmapitem/{item.pk}/change/"
    desk.post(changed, {"act": "edit", "edit-title": "Renamed", "edit-text": "", "edit-state": "in_progress"})
    second.refresh_from_db()
    assert (second.state, second.item.title) == ("in_progress", "Renamed")
    moderator = sign_in_staff(Client(), staff_of("moderator"))
    assert moderator.get("/admin/feedback/feedback/").status_code == 403
    assert moderator.get("/admin/feedback/roadmapitem/add/").status_code == 403

    caller = sign_in_staff(api(None), support)
    caller.get("/api/v1/staff/feedback/")
    with django_assert_num_queries(5):
        rows = caller.get("/api/v1/staff/feedback/").json()["results"]
    assert [row["author"]["handle"] for row in rows] == [listener.handle] * 2
    assert caller.get("/api/v1/staff/feedback/?state=%00").json()["results"] == []
    answer = {"state": "declined", "answer": "Not now."}
    assert caller.post(f"/api/v1/staff/feedback/{second.pk}/answer/", answer).json()["state"] == "declined"
    assert caller.post("/api/v1/staff/roadmap/", {"title": "\u200b"}).status_code == 400
    made_id = caller.post("/api/v1/staff/roadmap/", {"title": "Over REST"}).json()["id"]
    path = f"/api/v1/staff/roadmap/{made_id}/"
    assert caller.patch(path, {"state": "shipped"}).json()["shipped_at"]
    assert caller.post(f"{path}merge/", {"feedback": [second.pk, 2**60]}).json() == {"merged": 1}
    assert api(listener).get("/api/v1/staff/feedback/").json()["code"] == "staff.not_allowed"
    assert api(support).get("/api/v1/staff/feedback/").json()["code"] == "staff.second_factor"
