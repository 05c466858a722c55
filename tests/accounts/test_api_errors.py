"""Bad input to the API: every refusal has one shape and a code, and nothing is a server error."""

import base64
from urllib.parse import urlencode

import pytest
from rest_framework import exceptions, serializers
from rest_framework.settings import api_settings

from spaces_project.lib.api.errors import exception_handler
from spaces_project.lib.errors import Conflict
from tests.accounts.answers import refused
from tests.factories import FollowFactory

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
FOLLOWERS = "/api/v1/users/the_host/followers/"


class TestBodies:
    """What cannot be read."""

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"nope",
            b"{'name': 'x'}",
            b'{"name": NaN}',
            b'{"name": "\xff"}',
            b'{"name": "\\ud800"}',
            b'{"name": "x"} trailing',
            b"\xef\xbb\xbf{}",
            b'{"name": "x"}'.decode().encode("utf-16"),
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"\x00",
        ],
    )
    def test_malformed_json(self, api, listener, body):
        answer = api(listener).generic("PATCH", ME, body, content_type="application/json")
        refused(answer, 400, "malformed")

    @pytest.mark.parametrize("body", [b"[]", b'"text"', b"7", b"null", b"true", b'[{"name": "x"}]'])
    def test_json_that_is_no_object(self, api, listener, body):
        answer = api(listener).generic("PATCH", ME, body, content_type="application/json")
        assert "non_field_errors" in refused(answer, 400, "invalid")["fields"]

    def test_a_nul_inside_a_text(self, api, listener):
        assert "name" in refused(api(listener).patch(ME, {"name": "a\x00b"}), 400, "invalid")["fields"]

    def test_unknown_fields_are_ignored(self, api, listener):
        assert api(listener).patch(ME, {"shoe_size": 42}).status_code == 200

    def test_too_large(self, api, listener):
        body = b'{"bio": "' + b"x" * 3_000_000 + b'"}'
        answer = api(listener).generic("PATCH", ME, body, content_type="application/json")
        refused(answer, 413, "too_large")

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"]
    )
    def test_other_types(self, api, listener, kind):
        answer = api(listener).generic("PATCH", ME, b"x=1", content_type=kind)
        refused(answer, 415, "unsupported_media_type")

    def test_another_charset_is_read_as_utf_8(self, api, listener):
        answer = api(listener).generic("PATCH", ME, b"{}", content_type="application/json; charset=klingon")
        assert answer.status_code == 200


class TestAddresses:
    """What is not there, or not so."""

    @pytest.mark.parametrize(
        "path", ["", "v1/", "v1/nothing/", "v2/me/", "v1/me", "v1/users/", "v1/%00/", "v1/users/a/b/c/"]
    )
    @pytest.mark.parametrize("method", ["get", "post", "delete"])
    def test_unknown(self, api, path, method):
        refused(getattr(api(None), method)(f"/api/{path}"), 404, "not_found")

    def test_a_missing_slash_is_named(self, api):
        assert "slash" in api(None).get("/api/v1/me").json()["message"]

    def test_a_method_that_is_not_taken(self, api, listener):
        answer = api(listener).post(ME, {})
        refused(answer, 405, "method_not_allowed")
        assert "PATCH" in answer["Allow"]

    def test_only_json_is_answered(self, api, listener):
        refused(api(listener).get(ME, headers={"Accept": "text/html"}), 406, "not_acceptable")


class TestCursors:
    """What was not given out as one."""

    @pytest.mark.parametrize(
        "cursor",
        [
            "x",
            "é",
            "%00",
            "%ff",
            "=",
            "AAAA",
            *(
                base64.b64encode(urlencode(inner).encode()).decode()
                for inner in (
                    {"p": "abc"},
                    {"p": ""},
                    {"p": "\x00"},
                    {"p": "1 OR 1=1"},
                    {"p": "9" * 40},
                    {"p": "9" * 5000},
                    {"p": "1.5"},
                    {"p": "None"},
                    {"o": "-1"},
                    {"o": "x"},
                    {"r": "x", "p": "1"},
                    {"r": "9" * 5000},
                )
            ),
        ],
    )
    def test_made_up(self, api, host, cursor):
        FollowFactory(followee=host)
        answer = api(None).get(f"{FOLLOWERS}?cursor={cursor}")
        refused(answer, 400, "cursor.invalid")

    def test_an_empty_one_is_the_first_page(self, api, host):
        FollowFactory(followee=host)
        assert len(api(None).get(f"{FOLLOWERS}?cursor=").json()["results"]) == 1

    def test_a_huge_offset_costs_no_more_than_the_last_page(self, api, host):
        FollowFactory(followee=host)
        cursor = base64.b64encode(b"o=999999999999").decode()
        assert api(None).get(f"{FOLLOWERS}?cursor={cursor}").json()["results"] == []


class TestHandler:
    """exception_handler itself, for what no operation raises yet."""

    def test_nested_details_become_flat(self):
        error = serializers.ValidationError(
            {"topics": [{}, {"slug": ["Wrong."]}], "a": {"b": ["No."]}, "c": ["x", "y"]}
        )
        body = exception_handler(error, {}).data
        assert body["fields"] == {"topics.1.slug": ["Wrong."], "a.b": ["No."], "c": ["x", "y"]}

    def test_details_of_the_whole(self):
        assert exception_handler(serializers.ValidationError("No."), {}).data["fields"] == {
            "non_field_errors": ["No."]
        }

    def test_ours_keep_code_status_and_words(self):
        answer = exception_handler(Conflict("Not now.", code="space.full"), {})
        assert (answer.status_code, answer.data["code"], answer.data["message"]) == (
            409,
            "space.full",
            "Not now.",
        )

    def test_throttled_says_when(self):
        answer = exception_handler(exceptions.Throttled(wait=7), {})
        assert (answer.status_code, answer.data["code"], answer["Retry-After"]) == (429, "too_many", "7")

    def test_what_nobody_expected_is_a_server_error(self):
        assert exception_handler(KeyError("x"), {}) is None

    def test_it_is_the_one_in_use(self):
        assert api_settings.EXCEPTION_HANDLER is exception_handler
