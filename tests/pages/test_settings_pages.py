"""Settings: the overview, profile and picture, the theme, sessions."""

import io

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from tests.factories import UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document


def picture(kind: str = "PNG") -> SimpleUploadedFile:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", (20, 10), "green").save(file, kind)
    return SimpleUploadedFile("me.png", file.getvalue())


@pytest.mark.parametrize(
    "path", ["/settings/", "/settings/profile/", "/accounts/sessions/", "/accounts/2fa/"]
)
def test_guests_sign_in_first(path: str, client: Client, db: None) -> None:
    assert client.get(path).headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("path", ["/settings/picture/", "/settings/sessions/1/end/"])
def test_guests_change_nothing(path: str, client: Client, db: None) -> None:
    assert client.post(path).headers["Location"].startswith("/accounts/login/?next=")


def test_overview_says_how_things_stand(visit: Visit, listener: User) -> None:
    page = visit(listener, "/settings/")
    assert "a_listener@example.com" in page.text
    assert "Not confirmed" in page.text
    assert "Sign in without a password" in page.text
    assert "Recovery codes" not in page.text

    EmailAddress.objects.create(user=listener, email="new@example.com", primary=True, verified=True)
    for kind in (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=listener, type=kind, data={})

    page = visit(listener, "/settings/")
    assert "new@example.com" in page.text
    assert "Not confirmed" not in page.text
    assert "1 key" in page.text
    assert "On: a code is asked for at sign-in" in page.text
    assert "Recovery codes" in page.text


def test_profile_is_saved(client: Client, listener: User) -> None:
    client.force_login(listener)

    response = client.post(
        "/settings/profile/", {"name": "Lis", "handle": "lis", "bio": "Hears"}, follow=True
    )

    assert "Your profile is saved." in Document(response).text
    listener.refresh_from_db()
    assert (listener.name, listener.handle, listener.bio) == ("Lis", "lis", "Hears")


def test_profile_keeps_what_was_typed(client: Client, listener: User, outsider: User) -> None:
    client.force_login(listener)

    response = client.post("/settings/profile/", {"name": "Lis", "handle": "An_Outsider", "bio": "Hears"})

    assert response.status_code == 400
    page = Document(response)
    assert [error.text for error in page.all(class_="field__error")] == ["This handle is taken."]
    assert page.one("input", name="handle")["value"] == "An_Outsider"
    assert page.one("input", name="handle")["aria-invalid"] == "true"
    assert page.one("input", name="name")["value"] == "Lis"
    # The rest of the page says who one still is.
    assert page.one("body")["data-user-handle"] == "a_listener"


def test_picture_is_set_shown_and_removed(client: Client, listener: User) -> None:
    client.force_login(listener)

    client.post("/settings/picture/", {"picture": picture()})

    listener.refresh_from_db()
    shown = Document(client.get("/settings/profile/"))
    address = listener.picture_url
    assert [image["src"] for image in shown.all("img", class_="avatar__picture", width="96")] == [address]
    served = client.get(address)
    assert served.headers["Content-Type"] == "image/webp"
    assert "immutable" in served.headers["Cache-Control"]
    assert Image.open(io.BytesIO(served.content)).size == (256, 256)

    client.post("/settings/picture/", {"remove": "1"})

    listener.refresh_from_db()
    assert not listener.picture


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (None, "Choose a picture first."),
        ("no file at all", "Choose a picture first."),
        (SimpleUploadedFile("me.png", b"<svg/>"), "This is not a JPEG, PNG, WebP or GIF picture."),
        (SimpleUploadedFile("me.svg", b"\x00" * 100), "This is not a JPEG, PNG, WebP or GIF picture."),
    ],
)
def test_picture_refused(client: Client, listener: User, upload: object, words: str) -> None:
    client.force_login(listener)

    response = client.post("/settings/picture/", {"picture": upload} if upload else {})

    assert response.status_code == 400
    assert [error.text for error in Document(response).all(class_="field__error")] == [words]


@pytest.mark.parametrize(
    "path",
    [
        "/media/pictures/" + "0" * 32 + ".webp",
        "/media/pictures/../../spaces.sqlite3",
        "/media/",
        "/media/x.webp",
    ],
)
def test_no_other_file_is_served(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_kept(client: Client, db: None, theme: str) -> None:
    assert "data-theme" not in Document(client.get("/")).one("html")

    response = client.post("/settings/theme/", {"theme": theme, "next": "/spaces/"})

    assert response.headers["Location"] == "/spaces/"
    assert Document(client.get("/")).one("html")["data-theme"] == theme

    client.post("/settings/theme/", {"theme": "system"})

    assert "data-theme" not in Document(client.get("/")).one("html")


def test_theme_takes_nothing_else(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in Document(client.get("/")).one("html")

    client.post("/settings/theme/", {"theme": "purple"})

    assert "data-theme" not in Document(client.get("/")).one("html")
    assert client.get("/settings/theme/").status_code == 405


def sign_in(user: User) -> Client:
    """A browser of somebody's that has its session noted."""
    client = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1"
    )
    client.force_login(user)
    client.get("/")
    return client


def test_sessions_are_seen_and_ended_one_by_one(listener: User, outsider: User) -> None:
    here, there, elsewhere = sign_in(listener), sign_in(listener), sign_in(outsider)
    theirs = UserSession.objects.get(user=outsider)
    other = UserSession.objects.get(session_key=there.session.session_key)

    page = Document(here.get("/accounts/sessions/"))
    assert page.text.count("Safari on iPhone") == 2
    assert page.text.count("This one") == 1
    ends = [form["action"] for form in page.all("form") if form["action"].startswith("/settings/sessions/")]
    assert ends == [f"/settings/sessions/{other.pk}/end/"]

    assert "That session has ended." in Document(here.post(ends[0], follow=True)).text
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200

    # Once more, somebody else's, and none at all.
    for pk in (other.pk, theirs.pk, 99999999999999999999):
        assert here.post(f"/settings/sessions/{pk}/end/").status_code == 404
    assert elsewhere.get("/settings/").status_code == 200


def test_all_other_sessions_end(listener: User) -> None:
    here, there = sign_in(listener), sign_in(listener)

    assert here.post("/accounts/sessions/").status_code == 302

    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200


def test_the_face_in_the_navigation_is_ones_own(visit: Visit, db: None) -> None:
    user: User = UserFactory(name="Zoë <b> Quill")

    page = visit(user, "/settings/")

    assert page.one("a", class_="side-nav__person")["href"] == user.get_absolute_url()
    assert {face.text for face in page.all(class_="avatar__initials")} == {"ZQ"}
    assert page.one("a", href="/settings/", aria_current="page")["aria-label"] == "Settings"
