"""Tokens for bots: they act for their owner, as far as their scopes reach, and not a step further."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import get_resolver
from django.utils import timezone

from accounts.services import suspension_set
from integrations.errors import TokenNotFound, TooManyTokens
from integrations.models import ApiToken
from integrations.scopes import SCOPES, scope_for
from integrations.selectors import token_by_secret, tokens_of
from integrations.services.tokens import token_create, token_revoke
from social.models import Post
from spaces_project.lib.errors import Invalid
from tests.conftest import Client
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
TOKENS = "/api/v1/me/tokens/"
PASSWORD = "a-long-enough-phrase"


class TestTable:
    """Scope × operation."""

    def test_what_it_names_exists(self):
        known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
        named = {name for scope in SCOPES.values() for _, name in scope.allows}
        assert named <= known

    def test_nothing_is_in_two_scopes_and_reading_changes_nothing(self):
        for scope in SCOPES:
            others = set().union(*(SCOPES[one].allows for one in SCOPES if one != scope))
            assert not SCOPES[scope].allows & others
        assert {method for method, _ in SCOPES["read"].allows} == {"GET"}

    @pytest.mark.parametrize(
        ("method", "name"),
        [
            ("PATCH", "api-me"),
            ("PUT", "api-me-picture"),
            ("POST", "api-me-tokens"),
            ("DELETE", "api-me-token"),
            ("PUT", "api-me-block"),
            ("POST", "api-socket-tickets"),
            ("POST", "api-reports"),
            ("POST", "api-appeals"),
            ("POST", "api-push-subscriptions"),
            ("POST", "api-something-new"),
        ],
    )
    def test_what_no_token_may(self, method, name):
        assert scope_for(method, name) is None


class TestUse:
    """`Authorization: Bearer …`"""

    def test_it_acts_for_its_owner_within_its_scopes(self, bot, listener):
        reader = bot(listener, "read")
        assert reader.get("/api/v1/me/").json()["handle"] == listener.handle
        refused = reader.post("/api/v1/posts/", {"text": "From a bot"})
        assert (refused.status_code, refused.json()["code"]) == (403, "token.scope")
        assert "“posts”" in refused.json()["message"]
        assert not Post.objects.exists()
        writer = bot(listener, "posts")
        assert writer.post("/api/v1/posts/", {"text": "From a bot"}).status_code == 201
        assert Post.objects.get().author == listener
        assert writer.get("/api/v1/me/").json()["code"] == "token.scope"

    def test_the_person_alone_does_what_no_token_may(self, bot, listener):
        everything = bot(listener, *SCOPES)
        for method, address in (
            ("patch", "/api/v1/me/"),
            ("get", TOKENS),
            ("post", TOKENS),
            ("post", "/api/v1/socket-tickets/"),
        ):
            answer = getattr(everything, method)(address, **({} if method == "get" else {"data": {}}))
            assert (answer.status_code, answer.json()["code"]) == (403, "token.scope"), address
        # And a token opens no page.
        assert everything.get("/settings/").status_code == 302

    def test_what_the_person_may_not_the_token_may_not(self, bot, listener):
        refused = bot(listener, "spaces").post("/api/v1/spaces/", {"title": "Not mine to start"})
        assert refused.status_code == 403
        assert refused.json()["code"] != "token.scope"

    def test_one_that_is_no_good_is_refused_also_where_guests_may(self, bot, listener, now):
        for header in ("Bearer spaces_wrong", "Bearer", "Bearer \x00", "bearer x y"):
            client = Client()
            client.credentials(HTTP_AUTHORIZATION=header)
            answer = client.get("/api/v1/spaces/")
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), header
        # Other schemes are nobody's business here.
        client.credentials(HTTP_AUTHORIZATION="Basic x")
        assert client.get("/api/v1/spaces/").status_code == 200

    def test_it_ends_by_day_by_hand_and_with_the_account(self, listener, now):
        def good(at):
            return token_by_secret(secret, now=at) is not None

        token, secret = token_create(owner=listener, name="x", scopes=["read"], days=2, now=now)
        assert good(now + timedelta(hours=47))
        assert not good(now + timedelta(hours=48))
        suspension_set(user=listener, suspended=True)
        assert not good(now)
        suspension_set(user=listener, suspended=False)
        type(listener).objects.update(is_active=False)
        assert not good(now)
        type(listener).objects.update(is_active=True)
        assert good(now)
        token_revoke(owner=listener, token_id=token.pk, now=now)
        assert not good(now)

    def test_when_it_was_used_is_noted_now_and_then(self, bot, listener, django_assert_num_queries):
        client = bot(listener, "read")
        client.get("/api/v1/flags/")
        used = ApiToken.objects.get().last_used_at
        assert used is not None
        with django_assert_num_queries(1):
            client.get("/api/v1/flags/")
        ApiToken.objects.update(last_used_at=used - timedelta(minutes=6))
        client.get("/api/v1/flags/")
        assert ApiToken.objects.get().last_used_at > used


class TestServices:
    """Making and taking back."""

    def test_it_is_kept_as_a_digest(self, listener, now):
        token, secret = token_create(
            owner=listener, name=" A  bot ", scopes=["posts", "read", "read"], days=None, now=now
        )
        assert re.fullmatch(r"spaces_[\w-]{43}", secret)
        assert (token.name, token.scopes, token.expires_at) == ("A bot", ["read", "posts"], None)
        assert secret.startswith(token.hint)
        assert secret not in str(ApiToken.objects.values().get())

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 51}, "name"),
            ({"scopes": []}, "scopes"),
            ({"scopes": ["read", "everything"]}, "scopes"),
            ({"days": 0}, "days"),
            ({"days": 2**70}, "days"),
        ],
    )
    def test_what_is_wrong_is_said(self, listener, now, changed, field):
        with pytest.raises(Invalid) as refused:
            token_create(
                **{"owner": listener, "name": "x", "scopes": ["read"], "days": 30, "now": now} | changed
            )
        assert list(refused.value.fields) == [field]

    def test_there_are_only_so_many_and_each_is_ones_own(self, listener, outsider, now, settings):
        settings.API_TOKENS_MAX = 1
        token, _ = token_create(owner=listener, name="x", scopes=["read"], days=None, now=now)
        with pytest.raises(TooManyTokens):
            token_create(owner=listener, name="y", scopes=["read"], days=None, now=now)
        with pytest.raises(TokenNotFound):
            token_revoke(owner=outsider, token_id=token.pk, now=now)
        token_revoke(owner=listener, token_id=token.pk, now=now)
        token_create(owner=listener, name="y", scopes=["read"], days=None, now=now)


@pytest.fixture
def person():
    return UserFactory(handle="somebody", password=PASSWORD)


@pytest.fixture
def browser(person) -> Browser:
    """Signed in by the form, a moment ago."""
    client = Browser()
    assert client.post("/accounts/login/", {"login": "somebody", "password": PASSWORD}).status_code == 302
    return client


class TestDoors:
    """Page and API."""

    def test_over_rest(self, browser, person):
        body = {"name": "A bot", "scopes": ["read"], "days": 30}
        made = browser.post(TOKENS, body, content_type="application/json")
        assert made.status_code == 201
        secret = made.json()["token"]
        client = Client()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert client.get("/api/v1/me/").status_code == 200
        (row,) = browser.get(TOKENS).json()["results"]
        assert (row["name"], row["scopes"], "token" in row) == ("A bot", ["read"], False)
        assert browser.delete(f"{TOKENS}{row['id']}/").status_code == 204
        assert browser.delete(f"{TOKENS}{row['id']}/").json()["code"] == "token.not_found"
        assert client.get("/api/v1/me/").status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": "x", "scopes": "read"},
            {"name": "\x00", "scopes": ["read"]},
            {"name": "x", "scopes": [None]},
            [1],
        ],
    )
    def test_bad_input(self, browser, body):
        assert browser.post(TOKENS, body, content_type="application/json").json()["code"] == "invalid"

    def test_a_session_that_was_left_open_is_not_enough(self, api, person, browser):
        body = {"name": "A bot", "scopes": ["read"]}
        refused = api(person).post(TOKENS, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication_required")
        session = browser.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 600
        session.save()
        assert browser.post(TOKENS, body, content_type="application/json").status_code == 403
        assert browser.get("/settings/tokens/new/")["Location"].startswith("/accounts/reauthenticate/")
        assert api(None).get(TOKENS).status_code == 401

    def test_by_the_page(self, browser, person):
        assert "No tokens" in browser.get("/settings/tokens/").content.decode()
        wrong = browser.post("/settings/tokens/new/", {"name": "", "days": "30"})
        assert wrong.status_code == 400
        assert "Choose what it may do." in wrong.content.decode()
        made = browser.post(
            "/settings/tokens/new/", {"name": "My <bot>", "scopes": ["read", "posts"], "days": "30"}
        )
        assert made.status_code == 201
        assert "no-store" in made["Cache-Control"]
        secret = re.search(r'id="secret" value="(spaces_[\w-]+)"', made.content.decode())[1]
        assert token_by_secret(secret, now=timezone.now()) is not None
        page = browser.get("/settings/tokens/").content.decode()
        assert "My &lt;bot&gt;" in page
        assert secret not in page
        token = tokens_of(person).get()
        assert browser.post(f"/settings/tokens/{token.pk}/take-back/").status_code == 302
        assert token_by_secret(secret, now=timezone.now()) is None

    def test_the_list_takes_the_same_queries_for_many(self, browser, person, now, django_assert_num_queries):
        token_create(owner=person, name="1", scopes=["read"], days=1, now=now - timedelta(days=2))
        browser.get("/settings/tokens/")
        with django_assert_num_queries(3):
            assert "Run out" in browser.get("/settings/tokens/").content.decode()
        for number in range(9):
            token_create(owner=person, name=str(number), scopes=["read"], days=None, now=now)
        with django_assert_num_queries(3):
            browser.get("/settings/tokens/")
