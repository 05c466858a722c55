"""By which door, and from where, something is asked for."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from spaces_project.celery import app
from spaces_project.lib.caller import Caller, CallerMiddleware, address_of, called_by, caller


def asked(path: str, **meta: str) -> Caller:
    """What a view sees."""
    seen: list[Caller] = []

    def view(request: object) -> HttpResponse:
        seen.append(caller())
        return HttpResponse()

    CallerMiddleware(view)(RequestFactory().get(path, **meta))
    return seen[0]


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/", "page"),
        ("/spaces/", "page"),
        ("/administration/", "page"),
        ("/api/v1/me/", "api"),
        ("/_allauth/app/v1/config", "api"),
        ("/admin/", "admin"),
    ],
)
def test_doors_of_http(path, door):
    assert asked(path, REMOTE_ADDR="192.0.2.1") == Caller(door, "192.0.2.1")
    assert caller() == Caller()


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        # Anybody can send the header.
        (0, "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        (1, "127.0.0.1", "198.51.100.1", "198.51.100.1"),
        (1, "127.0.0.1", "10.0.0.1, 198.51.100.1", "198.51.100.1"),
        (2, "127.0.0.1", "10.0.0.1, 198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (2, "127.0.0.1", "198.51.100.2", None),
        (1, "127.0.0.1", None, None),
        (1, "127.0.0.1", "nonsense", None),
        (0, "", None, None),
        (0, None, None, None),
        (0, "2001:DB8::1", None, "2001:db8::1"),
    ],
)
def test_the_address(settings, proxies, remote, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert address_of(remote, forwarded) == address


def test_tasks_say_that_they_are_tasks():
    seen: list[Caller] = []

    @app.task
    def look() -> None:
        seen.append(caller())

    with called_by("page", "192.0.2.1"):
        look()
        assert caller() == Caller("page", "192.0.2.1")
    assert seen == [Caller("task")]
