"""Signing up, confirming, resetting: the pages on the way and the mails between them."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.factories import UserFactory
from tests.pages.documents import Document
from tests.pages.test_policy import check

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-phrase"


def link_in(mail: EmailMessage) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(mail.body))
    assert found, mail.body
    return found[1]


def is_readable(mail: EmailMessage) -> bool:
    """In our words, with our name, and without a template's leftovers."""
    text = f"{mail.subject}\n{mail.body}"
    return not re.search(r"example\.com(?!\W)|\{[{%]|\n\n\n|&#|None", text) and "Spaces" in text


def test_sign_up_and_confirm(client: Client, mailoutbox: list[EmailMessage]) -> None:
    fields = {"email": "new@mail.test", "username": "newcomer", "name": "New & Comer", "password1": PASSWORD}

    page = check(client.post("/accounts/signup/", fields, follow=True))

    assert page.one("body")["data-user-handle"] == "newcomer"
    [mail] = mailoutbox
    assert is_readable(mail)
    assert "Welcome to Spaces, @newcomer." in mail.body

    confirm = check(client.get(link_in(mail)))
    assert "new@mail.test belongs to @newcomer" in confirm.text
    client.post(link_in(mail))
    assert EmailAddress.objects.get().verified
    assert "This link is spent" not in confirm.text


def test_the_way_back_is_kept(client: Client) -> None:
    page = Document(client.get("/accounts/signup/?next=/spaces/new/"))

    assert page.one("input", name="next")["value"] == "/spaces/new/"
    assert [link["href"] for link in page.all("a") if link.inside("main") and not link.inside("footer")] == [
        "/accounts/login/?next=%2Fspaces%2Fnew%2F"
    ]


def test_reset_a_password(client: Client, mailoutbox: list[EmailMessage]) -> None:
    user: User = UserFactory(email="who@mail.test", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)

    check(client.post("/accounts/password/reset/", {"email": user.email}, follow=True))
    [mail] = mailoutbox
    assert is_readable(mail)

    form = client.get(link_in(mail), follow=True)
    assert check(form).one("h1").text == "Choose a new password"
    path = form.redirect_chain[-1][0]
    assert check(client.post(path, {"password1": "1", "password2": "2"})).all(class_="field__error")
    done = client.post(path, {"password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!"}, follow=True)
    assert check(done).one("h1").text == "Your password is changed"
    assert is_readable(mailoutbox[-1])
    assert "Your password was reset." in mailoutbox[-1].body
    # The link works once.
    assert check(client.get(link_in(mail), follow=True)).one("h1").text == "This link is spent"


def test_reset_tells_nobody_who_has_an_account(client: Client, mailoutbox: list[EmailMessage]) -> None:
    check(client.post("/accounts/password/reset/", {"email": "nobody@mail.test"}, follow=True))

    [mail] = mailoutbox
    assert is_readable(mail)
    assert "there is none" in mail.body


def test_signing_up_twice_tells_the_owner_alone(
    client: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    user: User = UserFactory(email="who@mail.test")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    fields = {"username": "other", "password1": PASSWORD}

    known = check(client.post("/accounts/signup/", fields | {"email": user.email}, follow=True))
    unknown = check(client.post("/accounts/signup/", fields | {"email": "else@mail.test"}, follow=True))

    assert known.one("h1").text == unknown.one("h1").text == "Look into your mail"
    assert [mail.to for mail in mailoutbox] == [[user.email], ["else@mail.test"]]
    assert "has an account here already" in mailoutbox[0].body
    assert all(is_readable(mail) for mail in mailoutbox)


@pytest.mark.parametrize("verified", [True, False])
def test_change_the_address(client: Client, mailoutbox: list[EmailMessage], verified: bool) -> None:
    user: User = UserFactory(email="old@mail.test", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    client.force_login(user)

    client.post("/accounts/email/", {"action_add": "", "email": "fresh@mail.test"})

    page = check(client.get("/accounts/email/"))
    assert "fresh@mail.test" in page.text
    assert "Not confirmed" in page.text
    confirmation = next(mail for mail in mailoutbox if mail.to == ["fresh@mail.test"])
    client.post(link_in(confirmation))
    assert "Not confirmed" not in check(client.get("/accounts/email/")).text
    assert all(is_readable(mail) for mail in mailoutbox)


def test_sign_out(client: Client, listener: User) -> None:
    client.force_login(listener)

    assert check(client.get("/accounts/logout/")).one("h1").text == "Sign out?"
    client.post("/accounts/logout/")

    assert Document(client.get("/")).one("body")["data-user-id"] == ""
