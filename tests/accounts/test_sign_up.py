"""Signing up on the site's pages."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import handles
from accounts.models import User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_rate_limits")]

SIGN_UP = "/accounts/signup/"
GOOD = {
    "email": "ada@example.com",
    "username": "Ada_L",
    "name": "Ada Lovelace",
    "password1": "a-quiet-engine-hums",
}


def test_email_handle_name_and_password_make_an_account(client):
    answer = client.post(SIGN_UP, GOOD)
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.handle, user.name, user.email) == ("Ada_L", "Ada Lovelace", "ada@example.com")
    assert user.check_password("a-quiet-engine-hums")
    assert client.session["_auth_user_id"] == str(user.pk)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.primary, address.verified) == ("ada@example.com", True, False)


def test_the_confirmation_goes_to_the_address_and_names_this_site(client, mailoutbox):
    client.post(SIGN_UP, GOOD)
    (letter,) = mailoutbox
    assert letter.to == ["ada@example.com"]
    assert "http://testserver/accounts/confirm-email/" in letter.body
    assert "example.com" not in letter.subject + letter.body.replace("ada@example.com", "")


def test_without_a_name_the_handle_is_the_name(client):
    client.post(SIGN_UP, GOOD | {"name": " \u200b "})
    assert User.objects.get().name == "Ada_L"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "the_HOST"),
        ("username", "Admin"),
        ("username", "with space"),
        ("username", "x"),
        ("username", "x" * 21),
        ("username", "a\x00b"),
        ("username", "ünï"),
        ("name", "x" * 51),
        ("email", "no address"),
        ("password1", "12345678"),
        ("password1", "short"),
        ("password1", "ada_lada"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(client, host, field, value):
    answer = client.post(SIGN_UP, GOOD | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.filter(email="ada@example.com").exists()


def test_a_handle_taken_since_the_form_looked_is_no_server_error(client, host, monkeypatch):
    monkeypatch.setattr("accounts.adapter.clean_handle", lambda handle: handle)
    answer = client.post(SIGN_UP, GOOD | {"username": "The_Host"})
    assert answer.status_code == 302
    assert answer["Location"] == SIGN_UP
    assert "_auth_user_id" not in client.session
    assert not User.objects.filter(email="ada@example.com").exists()


@pytest.mark.parametrize("login", ["the_host", "The_HOST", "the_host@example.com", "THE_HOST@example.com"])
def test_signing_in_by_handle_or_address_in_any_case(client, login):
    UserFactory(handle="the_host", password="a-quiet-engine-hums")
    client.post("/accounts/login/", {"login": login, "password": "a-quiet-engine-hums"})
    assert "_auth_user_id" in client.session


def test_wrong_passwords_are_limited(client):
    UserFactory(handle="the_host", password="a-quiet-engine-hums")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "the_host", "password": "guess"})
    answer = client.post("/accounts/login/", {"login": "the_host", "password": "a-quiet-engine-hums"})
    assert "_auth_user_id" not in client.session
    assert "Too many failed" in str(answer.context["form"].errors)


def test_password_reset_sends_a_letter_that_works(client, mailoutbox):
    user = UserFactory(handle="the_host", password="a-quiet-engine-hums")
    client.post("/accounts/password/reset/", {"email": user.email})
    (letter,) = mailoutbox
    link = next(
        word for word in letter.body.split() if word.startswith("http://testserver/accounts/password/reset")
    )
    form = client.get(link, follow=True)
    new = "another-quiet-engine"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    user.refresh_from_db()
    assert user.check_password(new)


def test_reserved_words_are_lower_case_and_possible_handles():
    assert all(word == word.lower() and word.isidentifier() for word in handles.RESERVED)


def test_two_factor_pages_are_on(client, host):
    client = Client()
    client.force_login(host)
    for page in ("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"):
        assert client.get(page).status_code in (200, 302)
