"""Staff open the admin with a second factor, by the product's own sign-in."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.factories import UserFactory
from tests.pages.documents import Document
from tests.staffing import SECRET, sign_in_staff, staff_of

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"


@pytest.fixture(autouse=True)
def no_code_was_used() -> None:
    """A code works once for an account, and SQLite gives the accounts of each test the same ids."""
    cache.clear()


def code() -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def test_signing_in_is_the_products_own(client):
    answer = client.get("/admin/moderation/case/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/moderation/case/")
    answer = client.get(answer["Location"])
    assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2Fmoderation%2Fcase%2F"


def test_nobody_is_led_to_another_site(client):
    answer = client.get("/admin/login/?next=https://elsewhere.example/")
    assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_others_are_told_that_it_is_not_for_them(client, listener):
    client.force_login(listener)
    assert client.get(ADMIN).status_code == 302
    assert client.get("/admin/login/").status_code == 403


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, staff):
    client.force_login(staff)
    answer = client.get(ADMIN, follow=True)
    page = Document(answer)
    assert page.one("h1").text == "Staff sign in with two factors"
    assert page.all("a", href="/accounts/2fa/totp/activate/")
    # Having one is not having given it.
    TOTP.activate(staff, SECRET)
    answer = client.get(ADMIN, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"


def test_a_password_alone_does_not_open_it_and_a_code_does(client):
    staff = UserFactory(is_staff=True, is_superuser=True, password="spaces-of-their-own")
    TOTP.activate(staff, SECRET)
    answer = client.post(
        "/accounts/login/?next=/admin/", {"login": staff.handle, "password": "spaces-of-their-own"}
    )
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get(ADMIN).status_code == 302
    answer = client.post(answer["Location"], {"code": code()})
    assert answer["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_session_without_it_gives_it_later(client, staff):
    TOTP.activate(staff, SECRET)
    client.force_login(staff)
    answer = client.post("/accounts/2fa/reauthenticate/?next=/admin/", {"code": code(), "next": ADMIN})
    assert answer["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_without_any_left_it_is_closed_again(desk, staff):
    assert desk.get(ADMIN).status_code == 200
    Authenticator.objects.filter(user=staff).delete()
    assert desk.get(ADMIN).status_code == 302


def test_an_installation_may_do_without(client, staff, settings):
    settings.SPACES_STAFF_MFA_REQUIRED = False
    client.force_login(staff)
    assert client.get(ADMIN).status_code == 200


def test_staff_without_a_group_see_nothing():
    desk = sign_in_staff(Client(), staff_of(""))
    assert desk.get(ADMIN).status_code == 200
    for path in ("moderation/case/", "moderation/auditentry/", "moderation/onairspace/", "accounts/user/"):
        assert desk.get(f"{ADMIN}{path}").status_code == 403
