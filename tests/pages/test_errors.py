"""What people read when something is wrong."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from accounts.models import User
from spaces_project import urls
from tests.pages.documents import Document


def broken(request: HttpRequest, kind: str) -> HttpResponse:
    """A view that fails in the way one asks for."""
    raise {"403": PermissionDenied, "404": Http404, "400": SuspiciousOperation, "500": ZeroDivisionError}[
        kind
    ]("secret")


urlpatterns = [path("broken/<kind>/", broken), *urls.urlpatterns]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("400", "We did not understand that"),
        ("403", "This is not for you"),
        ("404", "There is nothing here"),
        ("500", "Something broke on our side"),
    ],
)
def test_in_words(listener: User, settings: Settings, kind: str, words: str) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    for is_member in (False, True):
        if is_member:
            client.force_login(listener)

        response = client.get(f"/broken/{kind}/")

        assert response.status_code == int(kind)
        page = Document(response)
        assert page.one("h1").text == words
        assert page.problems() == []
        assert "secret" not in page.source
        # htmx swaps errors, too: their content has to be where it looks for it.
        assert page.one("main")["id"] == "main"


def test_unknown_address(client: Client, db: None) -> None:
    assert Document(client.get("/nowhere/")).one("h1").text == "There is nothing here"


def test_a_host_that_is_not_ours(client: Client, db: None) -> None:
    response = client.get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "We did not understand that" in Document(response).text


def test_htmx_is_told_to_swap_errors(client: Client, db: None) -> None:
    config = Document(client.get("/")).one("meta", name="htmx-config")["content"]

    assert '"allowEval": false' in config
    assert '{"code": "[45]..", "swap": true, "error": true}' in config


def test_browsers_find_the_icon_where_they_look_for_it(client):
    assert client.get("/favicon.ico")["Location"] == "/static/app/favicon.svg"
