"""How often one signs in or up, asks the API, and what pages say to whoever does so too often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account import app_settings as allauth_settings
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.services import follow
from spaces_project.settings.limits import LIMITS
from tests.accounts.answers import refused
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_rate_limits")]

APP = "/_allauth/app/v1"
PAGE = {"login": "nobody_here", "password": "wrong"}


def test_pages_and_apps_count_as_one(client, api, limit):
    limit("sign_in", address=(2, 100))
    assert client.post("/accounts/login/", PAGE).status_code == 200
    body = {"username": "nobody_here", "password": "wrong"}
    assert api(None).post(f"{APP}/auth/login", body).status_code == 400
    page = client.post("/accounts/login/", PAGE)
    assert (page.status_code, 90 < int(page["Retry-After"]) <= 100) == (429, True)
    assert "That was too often" in page.content.decode()
    answer = api(None).post(f"{APP}/auth/login", body)
    assert (answer.status_code, 90 < int(answer["Retry-After"]) <= 100) == (429, True)
    assert answer.json()["errors"][0]["code"] == "too_many"
    assert Client(REMOTE_ADDR="192.0.2.7").post("/accounts/login/", PAGE).status_code == 200
    # Looking at the form is no try.
    assert client.get("/accounts/login/").status_code == 200


def test_signing_up(client, limit):
    limit("sign_up", address=(1, 100))
    assert client.post("/accounts/signup/", {}).status_code == 200
    assert client.post("/accounts/signup/", {}).status_code == 429


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_as_many_as_allowed(limit):
    limit("sign_in", address=(7, 600))

    def tried(_):
        try:
            return Client(REMOTE_ADDR="192.0.2.9").post("/accounts/login/", {}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(tried, range(40)))
    assert sorted(answers) == [200] * 7 + [429] * 33


def test_allauth_has_the_numbers_of_the_table():
    times, seconds = LIMITS["sign_in_failed"].account
    assert f"{times}/{seconds}s/key" in configured.ACCOUNT_RATE_LIMITS["login_failed"]


@pytest.mark.parametrize("action", ["login", "signup"])
def test_allauth_does_not_count_again_what_is_counted_exactly(action):
    assert configured.ACCOUNT_RATE_LIMITS[action] is None
    assert allauth_settings.RATE_LIMITS.get(action) is None


def test_what_allauth_refuses_looks_the_same(client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"reset_password": "1/m/ip"}
    for status in (302, 429):
        page = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
        assert page.status_code == status
    assert "That was too often" in page.content.decode()
    assert int(page["Retry-After"]) == 60


def test_every_request_to_the_api_counts(api, listener, outsider, limit):
    limit("api", account=(3, 100))
    client = api(listener)
    for path in ("/api/v1/me/", "/api/v1/spaces/", "/api/v1/bubbles/"):
        assert client.get(path).status_code == 200
    answer = client.get("/api/v1/me/")
    refused(answer, 429, "too_many")
    assert 90 < int(answer["Retry-After"]) <= 100
    assert api(outsider).get("/api/v1/me/").status_code == 200


def test_guests_count_by_address(api, limit):
    limit("api", address=(2, 100))
    assert [api(None).get("/api/v1/spaces/").status_code for _ in range(3)] == [200, 200, 429]


def test_following(api, listener, limit):
    limit("follow", account=(2, 100), new_account=(1, 100))
    people = UserFactory.create_batch(3)
    new = UserFactory(date_joined=timezone.now())
    for person, expected in ((listener, [200, 200, 429]), (new, [200, 429, 429])):
        client = api(person)
        answers = [client.put(f"/api/v1/users/{one.handle}/follow/").status_code for one in people]
        assert answers == expected, person


def test_a_page_says_so(client, listener, limit):
    limit("follow", account=(1, 100))
    follow(follower=listener, followee=UserFactory(), now=timezone.now())
    client.force_login(listener)
    page = client.post(f"/@{UserFactory().handle}/follow/")
    assert (page.status_code, 90 < int(page["Retry-After"]) <= 100) == (429, True)
    assert "That was too often" in page.content.decode()


def test_pictures(api, listener, limit):
    limit("picture.upload", account=(1, 100))
    client = api(listener)
    for status in (400, 429):
        upload = {"picture": SimpleUploadedFile("a.png", b"no picture")}
        assert client.put("/api/v1/me/picture/", upload, format="multipart").status_code == status
