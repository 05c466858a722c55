"""Which language somebody is spoken to in: their account's, else the cookie's, else their browser's."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from tests.accounts.answers import refused

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"


def language_of(client: Client, path: str = "/", **headers: str) -> str:
    """The language that a page says it is in."""
    response = client.get(path, headers=headers)
    assert f'<html lang="{response.headers["Content-Language"]}"' in response.text
    return response.headers["Content-Language"]


def test_a_guest_is_spoken_to_as_their_browser_asks(client: Client) -> None:
    assert language_of(client) == "en"
    assert language_of(client, accept_language="es-MX,en;q=0.5") == "es"
    assert language_of(client, accept_language="fr,de;q=0.5") == "de"

    response = client.get("/", headers={"accept-language": "de"})

    assert 'dir="ltr"' in response.text
    assert 'src="/static/app/words/de.js"' in response.text
    assert "Accept-Language" in response.headers["Vary"]


def test_a_guest_chooses(client: Client) -> None:
    response = client.post("/settings/language/?next=/search/", {"language": "de"})

    assert response.headers["Location"] == "/search/"
    assert language_of(client, accept_language="es") == "de"

    client.post("/settings/language/", {"language": ""})

    assert language_of(client, accept_language="es") == "es"


def test_what_an_account_has_goes_before_all_else(client: Client, listener: User) -> None:
    client.force_login(listener)
    client.post("/settings/language/", {"language": "es"})
    assert User.objects.get(pk=listener.pk).language == "es"
    other = Client()
    other.force_login(listener)
    other.cookies["language"] = "de"

    assert language_of(other, "/settings/", accept_language="en") == "es"


def test_an_unknown_language_is_refused(client: Client, listener: User) -> None:
    client.force_login(listener)
    assert client.post("/settings/language/", {"language": "tlh"}).status_code == 400
    assert User.objects.get(pk=listener.pk).language == ""


def test_from_right_to_left(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "ar-xb"}).text
    assert '<html lang="ar-xb" dir="rtl"' in page


def test_over_rest(api, listener: User) -> None:
    assert api(listener).patch(ME, {"language": "de"}).json()["language"] == "de"
    answer = api(listener).patch(ME, {"language": "tlh"})
    refused(answer, 400, "invalid")
    assert list(answer.json()["fields"]) == ["language"]


def test_whoever_signs_up_is_written_to_in_what_they_read(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    form = {"name": "Neu", "username": "neu", "email": "neu@example.com", "password1": "a-long-enough-phrase"}
    client.post("/accounts/signup/", form, headers={"accept-language": "de"})
    assert User.objects.get(handle="neu").language == "de"


def test_an_app_is_answered_in_its_owners_language(api, listener: User) -> None:
    User.objects.filter(pk=listener.pk).update(language="de")
    listener.refresh_from_db()
    client = api(listener)
    assert client.get(ME).headers["Content-Language"] == "de"


def test_a_refusal_is_in_the_askers_language_and_its_code_is_not(api, listener: User) -> None:
    client = api(listener)
    german = client.put("/api/v1/users/a_listener/follow/", headers={"Accept-Language": "de"}).json()
    english = client.put("/api/v1/users/a_listener/follow/", headers={"Accept-Language": "en"}).json()
    assert german["code"] == english["code"] == "follow.self"
    assert german["message"] == "Du kannst dir nicht selbst folgen."
    assert english["message"] == "You cannot follow yourself."
