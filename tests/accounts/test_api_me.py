"""/api/v1/me/: oneself, over REST."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from tests.accounts.answers import refused

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
PICTURE = "/api/v1/me/picture/"
HOSTING = "/api/v1/me/hosting/"

FIELD = b'--b\r\nContent-Disposition: form-data; name="%b"'


def a_picture() -> SimpleUploadedFile:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "purple").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


class TestMe:
    """GET and PATCH /me/"""

    def test_get(self, api, host):
        assert api(host).get(ME).json() == {
            "id": str(host.pk),
            "handle": "the_host",
            "name": "The Host",
            "picture": "",
            "bio": "",
            "email": "the_host@example.com",
            "time_zone": "",
            "language": "",
            "follower_count": 0,
            "following_count": 0,
            "joined_at": host.date_joined.isoformat().replace("+00:00", "Z"),
        }

    @pytest.mark.parametrize("method", ["get", "patch"])
    def test_guests_sign_in_first(self, api, method):
        refused(getattr(api(None), method)(ME), 401, "not_signed_in")

    def test_patch_changes_what_is_sent(self, api, host):
        answer = api(host).patch(ME, {"name": "New  Name", "handle": "New_Handle"})
        assert answer.status_code == 200
        assert (answer.json()["name"], answer.json()["handle"]) == ("New Name", "New_Handle")
        assert api(host).get(ME).json() == answer.json()

    def test_nobody_makes_themselves_more_than_they_are(self, api, listener):
        body = {"is_staff": True, "follower_count": 600, "id": "1", "email": "x@example.com", "bio": "Hello"}
        assert api(listener).patch(ME, body).status_code == 200
        listener.refresh_from_db()
        assert (listener.is_staff, listener.follower_count, listener.bio) == (False, 0, "Hello")
        assert listener.email == "a_listener@example.com"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", None),
            ("name", ["x"]),
            ("name", {"a": 1}),
            ("name", True),
            ("name", "x" * 51),
            ("name", "x" * 100_000),
            ("name", "a\x00b"),
            ("bio", "x" * 161),
            ("handle", None),
        ],
    )
    def test_bad_input_names_its_field(self, api, listener, field, value):
        answer = api(listener).patch(ME, {field: value})
        assert field in refused(answer, 400, "invalid")["fields"]

    @pytest.mark.parametrize(
        ("handle", "code"),
        [("a b", "handle.invalid"), ("Admin", "handle.reserved"), ("THE_HOST", "handle.taken")],
    )
    def test_handles_that_nobody_gets(self, api, listener, host, handle, code):
        assert "handle" in refused(api(listener).patch(ME, {"handle": handle}), 400, code)["fields"]


class TestPicture:
    """PUT and DELETE /me/picture/"""

    def test_put_and_delete(self, api, host):
        client = api(host)
        answer = client.put(PICTURE, {"picture": a_picture()}, format="multipart")
        assert answer.status_code == 200
        assert answer.json()["picture"].startswith("/media/pictures/")
        assert client.delete(PICTURE).status_code == 204
        assert client.delete(PICTURE).status_code == 204
        assert client.get(ME).json()["picture"] == ""

    def test_guests_sign_in_first(self, api):
        refused(api(None).put(PICTURE, {"picture": a_picture()}, format="multipart"), 401, "not_signed_in")
        refused(api(None).delete(PICTURE), 401, "not_signed_in")

    def test_what_is_no_picture_is_refused(self, api, host):
        bad = SimpleUploadedFile("me.png", b"no picture", "image/png")
        refused(api(host).put(PICTURE, {"picture": bad}, format="multipart"), 400, "picture.invalid")

    @pytest.mark.parametrize("body", [{}, {"picture": "text"}, {"picture": SimpleUploadedFile("e.png", b"")}])
    def test_no_file_is_invalid(self, api, host, body):
        assert (
            "picture" in refused(api(host).put(PICTURE, body, format="multipart"), 400, "invalid")["fields"]
        )

    def test_too_large_is_refused_before_it_is_read(self, api, host):
        big = SimpleUploadedFile("me.png", b"x" * (6 * 1024 * 1024), "image/png")
        refused(api(host).put(PICTURE, {"picture": big}, format="multipart"), 400, "picture.too_large")

    def test_json_is_refused(self, api, host):
        refused(api(host).put(PICTURE, {"picture": "x"}), 415, "unsupported_media_type")

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=", b"x"),
            ("multipart/form-data; boundary=\xff\xfe", b"x"),
            ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
            ("multipart/form-data; boundary=b", FIELD % b'picture"; filename="a.png' + b"\r\n\r\n"),
            ("multipart/form-data; boundary=b", (FIELD % b"x" + b"\r\n\r\ny\r\n") * 1500 + b"--b--"),
        ],
    )
    def test_broken_forms_are_refused(self, api, host, content_type, body):
        answer = api(host).generic("PUT", PICTURE, body, content_type=content_type)
        assert answer.status_code == 400, answer.content
        assert answer.json()["code"] in ("malformed", "invalid", "picture.invalid")


class TestHosting:
    """GET /me/hosting/"""

    def test_what_is_missing(self, api, listener):
        User.objects.filter(pk=listener.pk).update(follower_count=412)
        body = {"eligible": False, "followers": 412, "required": 600, "waiver": False, "refusal": ""}
        assert api(listener).get(HOSTING).json() == body

    def test_a_waiver(self, api, host):
        body = {"eligible": True, "followers": 0, "required": 600, "waiver": True, "refusal": ""}
        assert api(host).get(HOSTING).json() == body

    def test_guests_sign_in_first(self, api):
        refused(api(None).get(HOSTING), 401, "not_signed_in")
