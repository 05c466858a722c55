"""Every page there is: strict policy, nothing inline, sound HTML, names for all that can be used, no dead links."""

import hashlib
import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, resolve
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from PIL import Image
from pytest_django import Settings

from accounts.models import User
from accounts.services import picture_set
from integrations.services.webhooks import webhook_create, webhook_ping
from moderation.appeal_links import appeal_token
from moderation.models import Act
from moderation.services.appeals import appeal_create
from moderation.services.decisions import decide
from moderation.services.reports import report_create
from rooms.models import Space
from social.services.posts import post_create
from tests.factories import FollowFactory, HostingWaiverFactory, UserFactory
from tests.pages.documents import Document
from tests.rooms.ahead import scheduled
from tests.tickets.histories import History
from tests.tickets.makers import CreatorFactory, offered

STRICT = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
    # And the pages that one pays on.
    "form-action": ["'self'", settings.STRIPE_API_BASE],
    "base-uri": ["'self'"],
}
PASSWORD = "a-long-enough-phrase"
SECRET = "JBSWY3DPEHPK3PXP"


def policy_of(response: Any) -> dict[str, list[str]]:
    """The directives of the content security policy, with their sources."""
    directives = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {words[0]: words[1:] for words in directives if words}


def check(response: Any) -> Document:
    """Fail unless the page is sound; return it."""
    policy = policy_of(response)
    assert {name: policy.get(name) for name in STRICT} == STRICT
    assert "unsafe" not in str(policy)
    document = Document(response)
    assert document.problems() == []
    for link in document.all("a"):
        target = urlsplit(link["href"])
        if target.path and not target.netloc and target.scheme in ("", "http", "https"):
            try:
                resolve(target.path)
            except Resolver404:
                pytest.fail(f"dead link: {link['href']}")
    return document


def code() -> str:
    """The code that an authenticator app with SECRET shows now."""
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


GUEST_PAGES = [
    "/",
    "/spaces/",
    "/spaces/?tab=upcoming",
    "/spaces/?tab=replays&topic=t-0&language=en",
    "/spaces/?topic=t-0",
    "/search/?q=jazz",
    "/search/?q=nothing-at-all",
    "/search/",
    "/spaces/{live}/",
    "/spaces/{ended}/",
    "/spaces/{scheduled}/",
    "/@maya/",
    "/@maya/?tab=spaces",
    "/posts/{post}/",
    "/posts/{reply}/",
    "/@maya/followers/",
    "/@maya/following/",
    "/accounts/login/",
    "/accounts/login/?next=/spaces/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/appeals/{decision}/",
    "/appeals/{appealed}/",
    "/@suspended_one/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
    "/accounts/confirm-email/{confirmation}/",
    "/feedback/?page=/spaces/",
    "/roadmap/",
]
MEMBER_PAGES = [
    "/",
    "/spaces/",
    "/spaces/new/",
    "/spaces/{live}/posts/",
    "/people/",
    "/people/import/",
    "/spaces/?tab=upcoming",
    "/spaces/?tab=replays&topic=t-0&language=en",
    "/spaces/?topic=t-0",
    "/search/?q=jazz",
    "/search/?q=nothing-at-all",
    "/search/",
    "/spaces/{live}/",
    "/spaces/{ended}/",
    "/spaces/{scheduled}/",
    "/@maya/",
    "/@maya/?tab=spaces",
    "/posts/{post}/",
    "/posts/{reply}/",
    "/@maya/followers/",
    "/@maya/following/",
    "/@{me}/",
    "/posts/{mine}/",
    "/posts/{mine}/delete/",
    "/calendar/",
    "/tickets/",
    "/tickets/?tab=past",
    "/tickets/?tab=refunded",
    "/tickets/?tab=tips",
    "/settings/",
    "/settings/profile/",
    "/settings/privacy/",
    "/settings/safety/",
    "/creator/",
    "/earnings/",
    "/insights/",
    "/feedback/?page=/spaces/",
    "/feedback/mine/",
    "/roadmap/",
    "/settings/tokens/",
    "/settings/tokens/new/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/settings/webhooks/{webhook}/",
    "/report/?kind=post&id={post}",
    "/report/?kind=space&id={ended}",
    "/report/{report}/",
    "/inbox/",
    "/@maya/message/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/{confirmation}/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]
KEY_PAGES = [
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/keys/{key}/edit/",
    "/accounts/2fa/webauthn/keys/{key}/remove/",
    "/accounts/2fa/webauthn/reauthenticate/",
]


@pytest.fixture
def me(db: None) -> User:
    """Somebody with a password and a confirmed address."""
    user: User = UserFactory(handle="somebody", name="Some Body", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def names(space: Space, ended: Space, maya: User, me: User, host: User) -> dict[str, object]:
    """What stands in the braces of the lists above; and something on every page."""
    FollowFactory(follower=me, followee=host)
    FollowFactory(follower=me, followee=maya)
    FollowFactory(follower=maya, followee=host)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture_set(now=timezone.now(), user=maya, upload=SimpleUploadedFile("a.png", picture.getvalue()))
    other: User = UserFactory(handle="unconfirmed")
    address = EmailAddress.objects.create(user=other, email=other.email, primary=True)
    confirmation = EmailConfirmationHMAC(address).key
    now = timezone.now()
    words = f"@maya https://example.com/ {settings.SITE_URL}"
    post = post_create(author=maya, text=f"{words}/spaces/{space.pk}/", now=now)
    reply = post_create(author=host, text="Yes", space_id=ended.pk, parent=post, now=now)
    mine = post_create(author=me, text=words, now=now)
    reported = report_create(
        reporter=me, subject_kind="post", subject_id=str(post.pk), category="threats", words=words, now=now
    )
    staffer: User = UserFactory(is_staff=True, is_superuser=True)
    gone: User = UserFactory(handle="suspended_one")
    decision = decide(act=Act.SUSPEND, by=staffer, person=gone, reason=words, now=now)
    warning = decide(act=Act.WARN, by=staffer, person=me, reason=words, now=now)
    appeal_create(decision=warning, person=me, words=words, now=now)
    links = {"decision": appeal_token(decision), "appealed": appeal_token(warning)}
    hook = webhook_create(owner=me, url="https://bot.example.com/x", kinds=["space.ended"], now=now)
    webhook_ping(owner=me, webhook_id=hook.pk, now=now)
    posts = {"post": post.pk, "reply": reply.pk, "mine": mine.pk, "report": reported.pk, "webhook": hook.pk}
    ahead = scheduled(maya, timezone.now())
    names = {"live": space.pk, "ended": ended.pk, "scheduled": ahead.pk, "me": me.handle}
    return links | posts | names | {"confirmation": confirmation}


@pytest.fixture
def signed_in(me: User) -> Client:
    """A browser in which `me` signed in by the form and confirmed that it is them, a moment ago."""
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    response = client.post("/accounts/login/", {"login": me.handle, "password": PASSWORD})
    assert response.status_code == 302, Document(response).text
    response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert response.status_code == 302, Document(response).text
    return client


def registered_key() -> dict[str, object]:
    """What a browser answers when a key is made, as allauth keeps it."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"id", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), flags, 0, credential)
    client_data = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, b"challenge", "https://testserver"
    )
    return {
        "id": websafe_encode(b"id"),
        "rawId": websafe_encode(b"id"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


@pytest.mark.parametrize("path", GUEST_PAGES)
def test_for_guests(path: str, client: Client, names: dict[str, object]) -> None:
    response = client.get(path.format(**names))

    assert response.status_code == 200
    check(response)


@pytest.mark.parametrize("path", MEMBER_PAGES)
def test_for_members(path: str, signed_in: Client, names: dict[str, object]) -> None:
    response = signed_in.get(path.format(**names))

    assert response.status_code == 200, response.headers.get("Location")
    check(response)


def test_with_a_second_factor(signed_in: Client, me: User, names: dict[str, object]) -> None:
    TOTP.activate(me, SECRET)
    RecoveryCodes.activate(me)
    key = Authenticator.objects.create(
        user=me, type=Authenticator.Type.WEBAUTHN, data={"name": "My <key>", "credential": registered_key()}
    )

    for path in KEY_PAGES:
        response = signed_in.get(path.format(key=key.pk))
        assert response.status_code == 200, (path, response.headers.get("Location"))
        check(response)


def test_while_the_second_factor_is_asked_for(client: Client, me: User) -> None:
    TOTP.activate(me, SECRET)

    response = client.post("/accounts/login/", {"login": me.handle, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    check(response)

    done = client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert (done.status_code, done.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/login/", {"login": "nobody", "password": "wrong"}),
        ("/accounts/signup/", {"email": "no address", "username": "!", "password1": "1"}),
        ("/accounts/password/reset/", {"email": "no address"}),
    ],
)
def test_with_errors_for_guests(path: str, fields: dict[str, str], client: Client, db: None) -> None:
    document = check(client.post(path, fields))

    assert document.all(class_="field__error") or document.all(class_="form-errors")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/email/", {"action_add": "", "email": "no address"}),
        ("/accounts/password/change/", {"oldpassword": "wrong", "password1": "1", "password2": "2"}),
        ("/accounts/reauthenticate/", {"password": "wrong"}),
        ("/accounts/2fa/totp/activate/", {"code": "000"}),
        ("/settings/profile/", {"name": "", "handle": "!", "bio": "x" * 161}),
        ("/settings/picture/", {}),
        ("/settings/tokens/new/", {"name": "", "scopes": "everything"}),
        ("/settings/webhooks/new/", {"url": "nowhere"}),
        ("/feedback/", {"kind": "idea", "text": ""}),
        ("/", {"text": ""}),
        ("/", {"text": "x" * 300}),
        ("/spaces/new/", {"title": "", "language": "xx", "speak_policy": "nobody"}),
    ],
)
def test_with_errors_for_members(
    path: str, fields: dict[str, str], signed_in: Client, names: dict[str, object], me: User
) -> None:
    HostingWaiverFactory(user=me)

    document = check(signed_in.post(path, fields))

    assert document.all(class_="field__error") or document.all(class_="form-errors")


def test_for_the_host(client: Client, host: User, space: Space) -> None:
    client.force_login(host)

    for path in (space.get_absolute_url(), f"{space.get_absolute_url()}?open=1", "/spaces/new/"):
        check(client.get(path))


def test_for_creators(client: Client, host: User) -> None:
    now = timezone.now()
    ahead = scheduled(host, now)
    creator = CreatorFactory(user=host)
    history = History(creator, [offered(ahead, seats=50)], [UserFactory(), UserFactory()], now, 2)
    client.force_login(host)
    pages = ["", "sales/", "tips/", "payouts/", "spaces/", f"spaces/{ahead.pk}/"]

    for path in pages:
        check(client.get(f"/earnings/{path}"))

    history.go(12)
    order = history.sell()
    month = now.strftime("%Y-%m")
    pages += [f"sales/{order.pk}/", f"sales/{order.pk}/refund/", f"?month={month}", f"sales/?month={month}"]
    for path in pages:
        check(client.get(f"/earnings/{path}"))
    check(client.get("/creator/"))


def test_every_page_of_allauth_is_ours(signed_in: Client) -> None:
    """Pages that allauth has and we did not think of would come in its own look."""
    from allauth.urls import urlpatterns

    ours = {re.sub(r"\{\w+\}", "*", path).split("?")[0] for path in GUEST_PAGES + MEMBER_PAGES + KEY_PAGES}
    # Seen by tests of their own, answers without a page, or the way back from a post.
    elsewhere = {
        "/accounts/2fa/authenticate/",
        "/accounts/login/code/confirm/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/webauthn/login/",
        "/accounts/password/set/",
    }
    seen = ours | elsewhere

    missing = [
        path for path in _paths(urlpatterns, "/accounts/") if not any(_matches(path, one) for one in seen)
    ]

    assert missing == []
    # Whoever has a password is led to the page that changes it.
    assert signed_in.get("/accounts/password/set/").headers["Location"] == "/accounts/password/change/"


def _paths(patterns: list[URLPattern | URLResolver], before: str) -> list[str]:
    found = []
    for pattern in patterns:
        path = before + re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "*", str(pattern.pattern)).lstrip("^").rstrip(
            "$"
        )
        found += _paths(pattern.url_patterns, path) if isinstance(pattern, URLResolver) else [path]
    return found


def _matches(path: str, seen: str) -> bool:
    return re.fullmatch(re.escape(path).replace(r"\*", "[^/]+"), seen.replace("*", "x")) is not None


def test_the_policy_names_the_audio_server_alone(client: Client, db: None, settings: Settings) -> None:
    sources = policy_of(client.get("/"))["connect-src"]

    assert sources[0] == "'self'"
    assert all(source.endswith(urlsplit(settings.LIVEKIT_WS_URL).netloc) for source in sources[1:])


def test_the_description_of_the_api(client: Client, db: None) -> None:
    response = client.get("/api/docs/")

    policy = policy_of(response)
    assert {name: policy.get(name) for name in STRICT} == STRICT
    document = Document(response)
    scripts = [script["src"] for script in document.all("script")]
    assert all(scripts)
    assert [element for element in document.elements if element.tag == "style" or "style" in element] == []
    assert client.get(scripts[-1]).headers["Content-Type"] == "application/javascript"
