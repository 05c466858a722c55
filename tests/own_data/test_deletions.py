"""Asked for, kept after all, or carried out: what the person sees, what others see, and what becomes of their Spaces."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from own_data.errors import LastOfStaff, NotTheirHandle, TooLateToKeep
from own_data.links import keep_path
from own_data.models import AccountDeletion
from own_data.services.deletions import deletion_ask, deletion_withdraw, deletions_run
from rooms.models import Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from social.models import Post
from social.services.direct import direct_send
from tests.factories import UserFactory
from tests.rooms.ahead import scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def leaver(host) -> User:
    """Somebody with a password who hosts."""
    host.set_password("a-long-enough-word")
    host.save()
    return host


def sign_in(client, user):
    """By the page, with their password."""
    return client.post(
        reverse("account_login"), {"login": user.handle, "password": "a-long-enough-word"}, follow=True
    )


def test_closed_at_once(leaver, listener, api, now, mailoutbox):
    Post.objects.create(author=leaver, text="Hello")
    direct_send(author=leaver, to=listener, text="Hello", now=now)
    live = space_start(host=leaver, title="Live", now=now)
    space_join(space=live, user=listener, now=now)
    ahead = scheduled(leaver, now, hours=2)
    client = api(leaver)
    assert client.get("/api/v1/me/").status_code == 200
    deletion_ask(user=leaver, handle=f" @{leaver.handle.upper()} ", now=now)
    deletions_run(now=now)
    deletions_run(now=now)
    assert client.get("/api/v1/me/").status_code == 401
    live.refresh_from_db()
    ahead.refresh_from_db()
    assert (live.state, live.end_reason, ahead.state) == ("ended", "host", "cancelled")
    reader = api(listener)
    for path in (
        f"/api/v1/users/{leaver.handle}/",
        f"/api/v1/spaces/{live.pk}/",
        "/api/v1/users/the_host/posts/",
    ):
        assert reader.get(path).status_code == 404, path
        assert api(None).get(path).status_code == 404, path
    # A conversation is of both: it stays readable to the end, and takes nothing more.
    [row] = reader.get("/api/v1/conversations/").json()["results"]
    answer = reader.post(f"/api/v1/conversations/{row['id']}/messages/", {"text": "?"})
    assert answer.status_code in (403, 404)
    assert reader.get(f"/@{leaver.handle}/").status_code == 404
    [mail] = mailoutbox
    assert "deleted" in mail.subject
    assert keep_path(AccountDeletion.objects.get()) in mail.body


def test_signing_in_offers_to_keep_it(leaver, client, now):
    assert sign_in(client, leaver).wsgi_request.user.is_authenticated
    deletion_ask(user=leaver, handle=leaver.handle, now=now)
    answer = sign_in(client, leaver)
    assert (answer.status_code, answer.wsgi_request.user.is_authenticated) == (403, False)
    [link] = re.findall(r'href="[^"]*(/account/keep/[^"]+)"', answer.content.decode())
    assert "Keep my account" in client.get(link).content.decode()
    answer = client.post(link, follow=True)
    assert "Your account stays" in answer.content.decode()
    assert not AccountDeletion.objects.exists()
    assert sign_in(client, leaver).wsgi_request.user.is_authenticated
    assert client.get(link).status_code == 404
    # Who does not know the password learns nothing.
    deletion_ask(user=leaver, handle=leaver.handle, now=now)
    client.logout()
    answer = client.post(reverse("account_login"), {"login": leaver.handle, "password": "wrong"})
    assert "keep" not in answer.content.decode().lower()


def test_an_app_keeps_it(leaver, api, now):
    app = api(None)
    tried = {"username": leaver.handle, "password": "a-long-enough-word"}
    deletion_ask(user=leaver, handle=leaver.handle, now=now)
    refused = app.post("/_allauth/app/v1/auth/login", tried)
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["code"]) == (403, "account.leaving")
    token = error["url"].rstrip("/").rpartition("/")[2]
    assert app.post("/api/v1/account-keeps/", {"token": "x"}).json()["code"] == "deletion.not_found"
    assert app.post("/api/v1/account-keeps/", {"token": token}).json() == {"handle": leaver.handle}
    assert app.post("/_allauth/app/v1/auth/login", tried).status_code == 200


def test_the_page_asks_who_it_is_and_for_the_handle(leaver, client):
    sign_in(client, leaver)
    page = reverse("account-delete")
    assert client.get(page).status_code == 200
    answer = client.post(page, {"handle": "somebody_else"})
    assert (answer.status_code, "That is not your handle" in answer.content.decode()) == (400, True)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    assert client.get(page).url.startswith(reverse("account_reauthenticate"))
    assert client.post(page, {"handle": leaver.handle}).url.startswith(reverse("account_reauthenticate"))
    assert not AccountDeletion.objects.exists()
    client.logout()
    sign_in(client, leaver)
    answer = client.post(page, {"handle": leaver.handle})
    assert "Your account is closed" in answer.content.decode()
    assert client.get(reverse("settings")).status_code == 302


def test_over_rest(leaver, api):
    client = api(leaver)
    refused = client.post("/api/v1/me/deletion/", {"handle": leaver.handle})
    assert refused.json()["code"] == "reauthentication_required"
    app = api(None)
    tried = {"username": leaver.handle, "password": "a-long-enough-word"}
    token = app.post("/_allauth/app/v1/auth/login", tried).json()["meta"]["session_token"]
    headers = {"X-Session-Token": token}
    assert (
        app.post("/api/v1/me/deletion/", {"handle": "x"}, headers=headers).json()["code"] == "deletion.handle"
    )
    assert app.post("/api/v1/me/deletion/", {"handle": leaver.handle}, headers=headers).status_code == 202
    assert app.get("/api/v1/me/", headers=headers).status_code == 401


def test_reminded_once_and_too_late_in_the_end(leaver, now, mailoutbox):
    deletion = deletion_ask(user=leaver, handle=leaver.handle, now=now)
    assert deletion_ask(user=leaver, handle=leaver.handle, now=now + timedelta(days=1)).pk == deletion.pk
    for day in (0, 10, 12, 12, 13):
        deletions_run(now=now + timedelta(days=day))
    assert [mail.subject for mail in mailoutbox] == [
        "[Spaces] Your account will be deleted",
        "[Spaces] Your account will be deleted in a few days",
    ]
    with pytest.raises(TooLateToKeep):
        deletion_withdraw(deletion=deletion, now=now + timedelta(days=14))
    assert deletions_run(now=now + timedelta(days=14)) == 1
    assert deletions_run(now=now + timedelta(days=15)) == 0
    assert AccountDeletion.objects.get().finished_at


def test_the_handle_is_free_again(leaver, now):
    handle = leaver.handle
    deletion_ask(user=leaver, handle=handle, now=now)
    deletions_run(now=now + timedelta(days=14))
    assert UserFactory(handle=handle, email="new@example.com").pk != leaver.pk


def test_not_by_a_slip_and_not_the_last_of_staff(leaver, staff, now):
    with pytest.raises(NotTheirHandle):
        deletion_ask(user=leaver, handle="", now=now)
    with pytest.raises(LastOfStaff):
        deletion_ask(user=staff, handle=staff.handle, now=now)
    UserFactory(is_superuser=True, is_staff=True)
    deletion_ask(user=staff, handle=staff.handle, now=now)


def test_one_that_fails_keeps_nobody_else_waiting(leaver, listener, now, monkeypatch):
    for user in (leaver, listener):
        deletion_ask(user=user, handle=user.handle, now=now)

    def broken(user, moment):
        if user.pk == leaver.pk:
            raise RuntimeError("Not today.")

    monkeypatch.setattr("own_data.services.deletions.STEPS", (broken,))
    assert deletions_run(now=now + timedelta(days=14)) == 1
    assert AccountDeletion.objects.get(user=leaver).finished_at is None
    monkeypatch.undo()
    assert deletions_run(now=now + timedelta(days=15)) == 1
    assert not Space.objects.filter(host=leaver).exists()
