"""An app signs up and in over allauth's headless API, and uses ours with the token."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import User
from tests.accounts.answers import refused
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_rate_limits")]

APP = "/_allauth/app/v1"
ME = "/api/v1/me/"
PASSWORD = "a-quiet-engine-hums"
NEW = {"email": "ada@example.com", "username": "Ada_L", "name": "Ada Lovelace", "password": PASSWORD}


@pytest.fixture
def app(api):
    """A client without cookies: what an app is."""
    return api(None)


def sign_in(app, **login) -> str:
    """The session token of a fresh sign-in."""
    answer = app.post(f"{APP}/auth/login", {"password": PASSWORD} | login)
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]["session_token"]


def with_token(token: str) -> dict[str, str]:
    """The header that apps send."""
    return {"X-Session-Token": token}


def test_an_app_signs_up_and_is_somebody(app):
    answer = app.post(f"{APP}/auth/signup", NEW)
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    assert not app.cookies
    me = app.get(ME, headers=with_token(token)).json()
    assert (me["handle"], me["name"], me["email"]) == ("Ada_L", "Ada Lovelace", "ada@example.com")


@pytest.mark.parametrize("login", [{"username": "THE_host"}, {"email": "the_host@example.com"}])
def test_an_app_signs_in_changes_itself_and_signs_out(app, login):
    UserFactory(handle="the_host", password=PASSWORD)
    token = sign_in(app, **login)
    answer = app.patch(ME, {"bio": "From my app"}, headers=with_token(token))
    assert answer.json()["bio"] == "From my app"
    assert app.delete(f"{APP}/auth/session", headers=with_token(token)).status_code == 401
    refused(app.get(ME, headers=with_token(token)), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "THE_HOST"),
        ("username", "settings"),
        ("username", "a b"),
        ("name", "x" * 51),
        ("email", "x"),
    ],
)
def test_bad_sign_ups_name_their_field(app, host, field, value):
    answer = app.post(f"{APP}/auth/signup", NEW | {field: value})
    assert answer.status_code == 400
    assert {error["param"] for error in answer.json()["errors"]} == {field}
    assert not User.objects.filter(email="ada@example.com").exists()


def test_a_handle_taken_meanwhile_is_told_in_the_shape_of_that_api(app, host, monkeypatch):
    monkeypatch.setattr("accounts.adapter.clean_handle", lambda handle: handle)
    answer = app.post(f"{APP}/auth/signup", NEW | {"username": "The_Host"})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["code"], error["param"]) == ("handle.taken", "username")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "0" * 32,
        "wrong",
        "a" * 5000,
        "nul\x00" * 8,
        "ünï" * 10,
        "' OR 1=1 --",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
@pytest.mark.parametrize("address", [ME, "/api/v1/users/the_host/"])
def test_a_bad_token_is_refused_even_where_guests_may_read(app, host, token, address):
    answer = app.get(address, headers=with_token(token))
    refused(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "X-Session-Token"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"username": "\\ud800", "password": "x"}',
        b'{"username": "the_host", "password": "\\ud800"}',
        b'{"username": "a\\u0000b", "password": "x\\u0000"}',
        b'{"username": ["the_host"], "password": {"a": 1}}',
        b'{"username": "the_host"}',
        b'{"email": 7, "username": null, "password": true}',
    ],
)
@pytest.mark.parametrize("address", ["auth/login", "auth/signup", "auth/password/request"])
def test_bad_bodies_of_sign_ins_are_refused(app, host, body, address):
    answer = app.generic("POST", f"{APP}/{address}", body, content_type="application/json")
    assert answer.status_code == 400, answer.content


@pytest.mark.parametrize("token", ["x", "0" * 32, "nul\x00" * 8, "ünï" * 10])
def test_bad_tokens_to_allauths_own_api_are_gone(app, token):
    assert app.get(f"{APP}/auth/session", headers=with_token(token)).status_code == 410


@pytest.mark.parametrize(
    "cookie", ['"\\000abcdefgh0000"', "\xff\xfe", "a" * 5000, "'; DROP TABLE", '"\\777"', "=;=;"]
)
@pytest.mark.parametrize("page", [ME, "/api/v1/users/the_host/", "/accounts/login/"])
def test_a_cookie_that_is_no_session_is_a_guests(app, host, cookie, page):
    answer = app.get(page, headers={"Cookie": f"sessionid={cookie}", "Accept": "*/*"})
    assert answer.status_code == (401 if page == ME else 200)


def test_a_guest_is_asked_to_sign_in(app):
    refused(app.get(ME), 401, "not_signed_in")


def test_tokens_of_the_deactivated_and_of_old_passwords_are_worth_nothing(app):
    user = UserFactory(handle="the_host", password=PASSWORD)
    token = sign_in(app, username="the_host")
    user.is_active = False
    user.save()
    refused(app.get(ME, headers=with_token(token)), 401, "not_signed_in")
    user.is_active = True
    user.set_password("another-quiet-engine")
    user.save()
    refused(app.get(ME, headers=with_token(token)), 401, "not_signed_in")


def test_an_expired_token_is_worth_nothing(app):
    UserFactory(handle="the_host", password=PASSWORD)
    token = sign_in(app, username="the_host")
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    refused(app.get(ME, headers=with_token(token)), 401, "not_signed_in")


def test_using_a_token_puts_its_expiry_off_but_does_not_write_each_time(app, django_assert_num_queries):
    UserFactory(handle="the_host", password=PASSWORD)
    token = sign_in(app, username="the_host")
    soon = datetime.now(UTC) + timedelta(hours=1)
    Session.objects.update(expire_date=soon)
    UserSession.objects.update(last_seen_at=soon - timedelta(days=9))
    app.get(ME, headers=with_token(token))
    assert Session.objects.get().expire_date > soon + timedelta(days=1)
    assert UserSession.objects.get().last_seen_at > soon - timedelta(hours=2)
    with django_assert_num_queries(3):  # does the session exist, the session, its user
        app.get(ME, headers=with_token(token))


def test_a_second_factor_is_asked_for(app):
    user = UserFactory(handle="the_host", password=PASSWORD)
    secret = generate_totp_secret()
    data = {"secret": get_mfa_adapter().encrypt(secret)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    answer = app.post(f"{APP}/auth/login", {"username": "the_host", "password": PASSWORD})
    assert answer.status_code == 401
    half = answer.json()["meta"]["session_token"]
    refused(app.get(ME, headers=with_token(half)), 401, "not_signed_in")
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    answer = app.post(f"{APP}/auth/2fa/authenticate", {"code": code}, headers=with_token(half))
    assert answer.status_code == 200, answer.content
    token = answer.json()["meta"]["session_token"]
    assert app.get(ME, headers=with_token(token)).json()["handle"] == "the_host"


def test_passkeys_totp_and_recovery_codes_are_on(app):
    answer = app.get(f"{APP}/config").json()["data"]
    assert set(answer["mfa"]["supported_types"]) == {"totp", "webauthn", "recovery_codes"}
    assert answer["mfa"]["passkey_login_enabled"]
    options = app.get(f"{APP}/auth/webauthn/login").json()["data"]["request_options"]
    assert options["publicKey"]["challenge"]


def test_the_browser_flavour_is_off(app):
    """Pages have their own forms; a second way in by cookie would be one more to guard."""
    assert app.get("/_allauth/browser/v1/config/").status_code == 404
