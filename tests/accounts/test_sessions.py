"""Sessions one can see and end: an ended one is over at once, for pages, apps and tickets, and sockets are told."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.services import session_end, sessions_end_all
from spaces_project.lib.errors import NotFound
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_rate_limits")]

APP = "/_allauth/app/v1"
ME = "/api/v1/me/"
PASSWORD = "a-quiet-engine-hums"


@pytest.fixture
def member():
    """Somebody with a password."""
    return UserFactory(handle="a_member", password=PASSWORD)


@pytest.fixture
def browser(member):
    """Signed in on the site's page."""
    client = Client(HTTP_USER_AGENT="Firefox on a phone")
    client.post("/accounts/login/", {"login": member.handle, "password": PASSWORD})
    assert client.get(ME).status_code == 200
    return client


@pytest.fixture
def app(member, api):
    """Signed in over the app API, with the token in every request."""
    client = api(None)
    answer = client.post(f"{APP}/auth/login", {"username": member.handle, "password": PASSWORD})
    client.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])
    assert client.get(ME).status_code == 200
    return client


def session_of(client, member):
    """The listed session of a client."""
    key = getattr(client, "_credentials", {}).get("HTTP_X_SESSION_TOKEN") or client.session.session_key
    return UserSession.objects.get(session_key=key, user=member)


def test_both_kinds_are_listed(member, browser, app):
    listed = app.get(f"{APP}/auth/sessions").json()["data"]
    assert [one["is_current"] for one in sorted(listed, key=lambda one: one["id"])] == [False, True]
    assert {one["user_agent"] for one in listed} >= {"Firefox on a phone"}


def test_a_browser_ends_an_apps_session(
    member, browser, app, heard_sessions_ended, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/sessions/", {"session": [session_of(app, member).pk]})
    assert app.get(ME).status_code == 401
    assert browser.get(ME).status_code == 200
    assert heard_sessions_ended == [{"user_id": member.pk}]


def test_an_app_ends_a_browsers_session(
    member, browser, app, heard_sessions_ended, django_capture_on_commit_callbacks
):
    ended = session_of(browser, member)
    with django_capture_on_commit_callbacks(execute=True):
        answer = app.delete(f"{APP}/auth/sessions", {"sessions": [ended.pk]})
    assert answer.status_code == 200, answer.content
    assert browser.get(ME).status_code == 401
    assert app.get(ME).status_code == 200
    assert heard_sessions_ended == [{"user_id": member.pk}]
    assert not Session.objects.filter(session_key=ended.session_key).exists()


def test_nobody_ends_another_persons_session(member, browser, api, outsider):
    outsider.set_password(PASSWORD)
    outsider.save()
    client = api(None)
    answer = client.post(f"{APP}/auth/login", {"username": outsider.handle, "password": PASSWORD})
    client.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])
    answer = client.delete(f"{APP}/auth/sessions", {"sessions": [session_of(browser, member).pk]})
    assert answer.status_code == 400
    assert browser.get(ME).status_code == 200


def test_the_word_comes_after_commit_alone(member, browser, app, heard_sessions_ended):
    app.delete(f"{APP}/auth/sessions", {"sessions": [session_of(browser, member).pk]})
    # This test's own transaction never commits.
    assert heard_sessions_ended == []


def test_signing_out_is_told_and_the_session_listed_no_more(
    member, browser, heard_sessions_ended, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/logout/")
    assert heard_sessions_ended == [{"user_id": member.pk}]
    assert not UserSession.objects.filter(user=member).exists()


def test_a_new_password_ends_the_others_and_is_told(
    member, browser, app, heard_sessions_ended, django_capture_on_commit_callbacks
):
    new = "another-quiet-engine"
    body = {"current_password": PASSWORD, "new_password": new}
    with django_capture_on_commit_callbacks(execute=True):
        answer = app.post(f"{APP}/account/password/change", body)
    assert app.get(ME).status_code == browser.get(ME).status_code == 401
    app.credentials(HTTP_X_SESSION_TOKEN=answer.json()["meta"]["session_token"])
    assert app.get(ME).status_code == 200
    assert heard_sessions_ended == [{"user_id": member.pk}]


def test_one_by_the_service(
    member, browser, app, outsider, heard_sessions_ended, django_capture_on_commit_callbacks
):
    session = session_of(app, member)
    with pytest.raises(NotFound):
        session_end(user=outsider, session_id=session.pk)
    assert app.get(ME).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        session_end(user=member, session_id=session.pk)
    assert (app.get(ME).status_code, browser.get(ME).status_code) == (401, 200)
    assert heard_sessions_ended == [{"user_id": member.pk}]
    with pytest.raises(NotFound):
        session_end(user=member, session_id=session.pk)


def test_everywhere_at_once(member, browser, app, heard_sessions_ended, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert sessions_end_all(user=member) == 2
    assert browser.get(ME).status_code == app.get(ME).status_code == 401
    assert heard_sessions_ended == [{"user_id": member.pk}]


def test_a_page_notes_when_the_session_was_used_but_not_each_time(member, browser, django_assert_num_queries):
    long_ago = datetime.now(UTC) - timedelta(days=3)
    UserSession.objects.update(last_seen_at=long_ago)
    session = browser.session
    session["last_seen"] = int(long_ago.timestamp())
    session.save()
    browser.get(ME)
    assert UserSession.objects.get().last_seen_at > long_ago + timedelta(days=2)
    with django_assert_num_queries(2):  # the session, its user
        browser.get(ME)
