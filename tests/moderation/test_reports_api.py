"""Reporting over REST, and on its pages."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from moderation.models import Act, Case, Decision, Report, SubjectKind
from moderation.report_words import choices
from moderation.services.reports import report_create
from social.services.posts import post_create
from stack import paths
from tests.factories import UserFactory
from tests.pages.documents import Document

pytestmark = pytest.mark.usefixtures("no_audio")

SAFETY = "/settings/safety/"


def body(subject, kind="person", **fields):
    """What one sends to report something."""
    return {"kind": kind, "id": str(subject.pk), "category": "abuse", **fields}


def browser(user):
    """Somebody's browser; a guest's for None."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def test_reporting(api, outsider, speaker):
    answer = api(outsider).post("/api/v1/reports/", body(speaker, words="Look at this"))
    assert answer.status_code == 201
    made = Report.objects.get()
    row = answer.json()
    assert row.pop("created_at")
    assert row.pop("person")["handle"] == speaker.handle
    assert row == {
        "id": str(made.pk),
        "kind": "person",
        "subject_id": str(speaker.pk),
        "category": "abuse",
        "words": "Look at this",
        "decided": False,
    }
    again = api(outsider).post("/api/v1/reports/", body(speaker, category="spam"))
    assert (again.status_code, again.json()["id"], again.json()["words"]) == (201, str(made.pk), "")


def test_mine_are_mine(api, outsider, listener, speaker, now):
    api(outsider).post("/api/v1/reports/", body(speaker))
    Case.objects.update(state="closed", closed_at=now)
    api(outsider).post("/api/v1/reports/", body(speaker))
    api(listener).post("/api/v1/reports/", body(speaker))
    rows = api(outsider).get("/api/v1/reports/").json()["results"]
    assert [row["decided"] for row in rows] == [False, True]
    assert "case" not in str(rows)


def test_a_list_costs_the_same_for_many(api, outsider, now, django_assert_num_queries):
    client = api(outsider)

    page = browser(outsider)

    def shown():
        return len(client.get("/api/v1/reports/?limit=50").json()["results"]), len(page.get(SAFETY).content)

    def reported(people):
        for person in people:
            report_create(
                reporter=outsider, subject_kind="person", subject_id=str(person.pk), category="spam", now=now
            )

    reported(UserFactory.create_batch(2))
    # A session's first requests write down that it is used.
    shown()
    with CaptureQueriesContext(connection) as few:
        assert shown()[0] == 2
    reported(UserFactory.create_batch(15))
    with django_assert_num_queries(len(few)):
        assert shown()[0] == 17


@pytest.mark.parametrize("method", ["get", "post"])
def test_guests_sign_in_first(method, api, speaker):
    answer = getattr(api(None), method)("/api/v1/reports/", body(speaker))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


BAD = [
    ({"kind": "planet"}, 400, "invalid"),
    ({"kind": None}, 400, "invalid"),
    ({"id": None}, 400, "invalid"),
    ({"id": ""}, 400, "invalid"),
    ({"id": "x" * 41}, 400, "invalid"),
    ({"id": ["1"]}, 400, "invalid"),
    ({"category": "rude"}, 400, "invalid"),
    ({"category": ""}, 400, "invalid"),
    ({"words": "x" * 5001}, 400, "invalid"),
    ({"words": {"a": 1}}, 400, "invalid"),
    ({"words": "x" * 1001}, 400, "report.too_long"),
    ({"id": "999999999999999999999"}, 404, "report.not_found"),
    ({"id": "-5"}, 404, "report.not_found"),
    ({"kind": "space"}, 404, "report.not_found"),
    ({"kind": "replay"}, 404, "report.not_found"),
    ({"kind": "room_message", "id": "abc"}, 404, "report.not_found"),
    ({"kind": "direct_message", "id": "1e3"}, 404, "report.not_found"),
    ({"kind": "post", "id": "٣"}, 404, "report.not_found"),
]


@pytest.mark.parametrize(("fields", "status", "code"), BAD)
def test_bad_input(fields, status, code, api, outsider, speaker):
    answer = api(outsider).post("/api/v1/reports/", body(speaker, **fields))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Case.objects.exists()


def test_oneself(api, outsider):
    answer = api(outsider).post("/api/v1/reports/", body(outsider))
    assert (answer.status_code, answer.json()["code"]) == (400, "report.self")


def test_too_often(api, outsider, settings):
    most, _ = settings.LIMITS["report.create"].account
    people = UserFactory.create_batch(most + 1)
    client = api(outsider)
    for person in people[:-1]:
        assert client.post("/api/v1/reports/", body(person)).status_code == 201
    refused = client.post("/api/v1/reports/", body(people[-1]))
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) > 0
    page = browser(outsider).post("/report/", body(people[-1]))
    assert page.status_code == 429
    assert "too often" in page.content.decode()
    assert int(page.headers["Retry-After"]) > 0


def test_without_javascript(outsider, speaker):
    client = browser(outsider)
    form = Document(client.get(f"/report/?kind=person&id={speaker.pk}"))
    assert form.one("h1").text == f"Report {speaker.display_name}"
    sent = client.post("/report/", body(speaker, category="threats", words="Help"))
    made = Report.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/report/{made.pk}/")
    thanks = Document(client.get(f"/report/{made.pk}/"))
    assert "emergency" in thanks.text
    block = client.post(f"/@{speaker.handle}/block/", {"next": "/settings/safety/"})
    assert block.headers["Location"] == "/settings/safety/"
    # Who is blocked already is not offered again.
    assert "too?" not in Document(client.get(f"/report/{made.pk}/")).text


def test_the_form_says_what_is_missing(outsider, speaker):
    answer = browser(outsider).post("/report/", body(speaker, category="", words="Keep me"))
    assert answer.status_code == 400
    document = Document(answer)
    assert "Choose what is wrong." in document.text
    assert "Keep me" in document.one("textarea").text
    too_long = browser(outsider).post("/report/", body(speaker, words="x" * 1001))
    assert too_long.status_code == 400
    assert "Use at most 1000 characters." in Document(too_long).text


@pytest.mark.parametrize(
    "query", ["", "?kind=person", "?kind=&id=1", "?kind=person&id=abc", "?kind=space&id=%00"]
)
def test_a_page_for_nothing(query, outsider):
    assert browser(outsider).get(f"/report/{query}").status_code == 404


def test_a_page_for_oneself(outsider):
    assert browser(outsider).get(f"/report/?kind=person&id={outsider.pk}").status_code == 400


def test_a_guest_is_led_to_sign_in(client, speaker, db):
    answer = client.get(f"/report/?kind=person&id={speaker.pk}")
    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).path == "/accounts/login/"
    assert f"id%3D{speaker.pk}" in answer.headers["Location"]


def test_other_peoples_reports_are_nobodys_business(outsider, listener, speaker, api):
    key = api(outsider).post("/api/v1/reports/", body(speaker)).json()["id"]
    assert browser(listener).get(f"/report/{key}/").status_code == 404
    assert browser(listener).get("/report/99999999999999999999/").status_code == 404


def test_the_safety_centre(outsider, speaker, host, api, now):
    post = post_create(author=host, text="Hello", now=now)
    api(outsider).post("/api/v1/reports/", body(speaker, words="One\nTwo"))
    Case.objects.update(state="closed", closed_at=now)
    api(outsider).post("/api/v1/reports/", body(post, "post"))
    Decision.objects.create(act=Act.WARN, person=outsider, reason="Be kinder", created_at=now)
    Decision.objects.create(act=Act.DISMISS, person=outsider, reason="For staff alone", created_at=now)
    Decision.objects.create(act=Act.WARN, person=speaker, reason="Not mine", created_at=now)
    text = Document(browser(outsider).get(SAFETY)).text
    assert f"A post by {host.display_name}" in text
    assert f"{speaker.display_name}'s profile" in text
    assert text.index("Waiting") < text.index("Decided")
    assert "Be kinder" in text
    assert "For staff alone" not in text
    assert "Not mine" not in text


def test_an_empty_safety_centre(outsider):
    assert "Nothing so far" in Document(browser(outsider).get(SAFETY)).text


def links(document, kind):
    """Links that report things of this kind, as (path, data)."""
    return [link for link in document.all("a") if link["data-report"] == kind]


def test_there_is_a_way_to_report_on_every_page(space, host, listener, join, now):
    join(space, listener)
    post = post_create(author=host, text="Hello", now=now)
    for path, kind, key in (
        (f"/spaces/{space.pk}/", "space", space.pk),
        (f"/@{host.handle}/", "person", host.pk),
        (f"/posts/{post.pk}/", "post", post.pk),
    ):
        found = links(Document(browser(listener).get(path)), kind)
        assert [link["data-report-id"] for link in found] == [str(key)], path
        assert found[0]["href"] == f"/report/?kind={kind}&id={key}"
        own = Document(browser(host).get(path))
        assert links(own, kind) == [], path


def test_the_browsers_dialog_says_the_same():
    source = paths.FRONTEND / "src"
    said = re.findall(
        r'value: "(.*)", label: t\("(.*)"\), hint: t\("(.*)"\)', (source / "report-categories.ts").read_text()
    )
    assert said == [(one["value"], one["label"], one["hint"]) for one in choices()]
    dialog = (source / "view/report.ts").read_text()
    assert "WORDS_MAX = 1000;" in dialog
    kinds = re.search(r"type ReportKind = ([^;]+);", dialog)
    assert kinds
    assert set(re.findall(r'"(\w+)"', kinds[1])) == set(SubjectKind)
