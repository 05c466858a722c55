"""Reads of the API that have not changed are not sent again."""

import pytest

from accounts.services import profile_update

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def test_what_is_as_it_was_has_no_body(api, listener):
    client = api(listener)
    first = client.get(ME)
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(ME, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(ME, headers={"if-none-match": f'"other", {first["ETag"]}'}).status_code == 304


def test_what_has_changed_comes_anew(api, listener):
    client = api(listener)
    first = client.get(ME)
    profile_update(user=listener, bio="New words")
    again = client.get(ME, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.json()["bio"]) == (200, "New words")
    assert again["ETag"] != first["ETag"]


def test_each_has_their_own(api, listener, outsider):
    etag = api(listener).get(ME)["ETag"]
    assert api(outsider).get(ME, headers={"if-none-match": etag}).status_code == 200
    assert api(None).get(ME, headers={"if-none-match": etag}).status_code == 401


@pytest.mark.parametrize("value", ["*", '"x"', "nonsense", "W/", "\x00"])
def test_any_words_in_the_header(api, listener, value):
    expected = 304 if value == "*" else 200
    assert api(listener).get(ME, headers={"if-none-match": value}).status_code == expected


def test_writes_and_refusals_have_none(api, listener):
    client = api(listener)
    assert "ETag" not in client.patch(ME, {"bio": "x"})
    assert "ETag" not in client.get("/api/v1/users/nobody/")
    assert "ETag" not in client.get("/")
