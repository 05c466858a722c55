"""The OpenAPI description says what the API does."""

from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from spaces_project.lib.api.refusals import refusals_in
from tests.factories import FollowFactory

pytestmark = pytest.mark.django_db

METHODS = {"get", "put", "post", "patch", "delete"}


@cache
def description() -> dict[str, Any]:
    """What /api/schema/ gives."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Address, method and description of each."""
    paths = description()["paths"].items()
    return [
        (path, method, item)
        for path, methods in paths
        for method, item in methods.items()
        if method in METHODS
    ]


def response(path: str, method: str, status: int | str) -> dict[str, Any]:
    """What the description promises for that status, where it stands for many operations as well."""
    promised = description()["paths"][path][method]["responses"][str(status)]
    if "$ref" not in promised:
        return promised
    return description()["components"]["responses"][promised["$ref"].rsplit("/", 1)[1]]


def validate(schema: dict[str, Any], value: Any) -> None:
    """`value` is one that a schema of the description allows."""
    Draft202012Validator(schema | {"components": description()["components"]}).validate(value)


def assert_as_described(path: str, method: str, answer: Any) -> None:
    """The body is what the description promises for that status, with no field more."""
    schema = response(path, method, answer.status_code)["content"]["application/json"]["schema"]
    validate(schema, answer.json())
    if answer.status_code == 200:
        schema = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        assert set(answer.json()) == set(schema["properties"])


def examples(media: dict[str, Any]) -> list[Any]:
    """The examples of a body."""
    if "example" in media:
        return [media["example"]]
    kept = description()["components"]["examples"]
    given = media.get("examples", {}).values()
    return [(kept[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one)["value"] for one in given]


def test_every_operation_has_words_a_tag_and_its_refusals():
    for path, method, item in operations():
        assert path.startswith("/api/v1/"), path
        for part in ("operationId", "summary", "tags"):
            assert item.get(part), (path, method, part)
        for status in ("401", "403", "429", *(["404"] if "{" in path else [])):
            assert status in item["responses"], (path, method, status)
        for status in item["responses"]:
            if status < "400":
                continue
            body = response(path, method, status)["content"]["application/json"]
            error, codes = body["schema"]["allOf"]
            assert error == {"$ref": "#/components/schemas/Error"}, (path, method)
            assert body["example"]["code"] in codes["properties"]["code"]["enum"], (path, method)
            assert "error" not in codes["properties"]["code"]["enum"], (path, method)


def test_every_body_has_an_example_that_is_one():
    for path, method, item in operations():
        answers = [response(path, method, status) for status in item["responses"]]
        for body in [item.get("requestBody", {}), *answers]:
            for media in body.get("content", {}).values():
                shown = examples(media)
                assert shown, (path, method)
                for one in shown:
                    validate(media["schema"], one)


def test_refusals_are_read_from_the_code_its_doors_and_its_words():
    join = "/api/v1/spaces/{space_id}/join/"
    codes = {
        (int(status), code)
        for status in description()["paths"][join]["post"]["responses"]
        if status >= "400"
        for code in response(join, "post", status)["content"]["application/json"]["schema"]["allOf"][1][
            "properties"
        ]["code"]["enum"]
    }
    # Of the service, of a door of the tickets, of a table, of limits.
    assert {(410, "space.ended"), (402, "ticket.required"), (403, "space.locked"), (429, "too_many")} <= codes
    assert refusals_in(
        "403 `space.removed`; 409 `stage.full`, `stage.no_request`. It is `space.tick` then."
    ) == {
        (403, "space.removed"),
        (409, "stage.full"),
        (409, "stage.no_request"),
    }


def test_names_of_operations_are_unique():
    names = [item["operationId"] for _, _, item in operations()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("me/", "me/"),
        ("me/hosting/", "me/hosting/"),
        ("users/{handle}/", "users/the_host/"),
        ("users/{handle}/followers/", "users/the_host/followers/?limit=1"),
        ("users/{handle}/following/", "users/the_host/following/"),
    ],
)
def test_answers_are_as_described(api, host, template, path):
    FollowFactory.create_batch(2, followee=host)
    assert_as_described(f"/api/v1/{template}", "get", api(host).get(f"/api/v1/{path}"))
    assert_as_described(f"/api/v1/{template}", "get", api(None).get(f"/api/v1/{path}"))


def test_writes_and_refusals_are_as_described(api, host, listener):
    client = api(listener)
    follow = "/api/v1/users/{handle}/follow/"
    assert_as_described(follow, "put", client.put("/api/v1/users/the_host/follow/"))
    assert_as_described(follow, "put", client.put("/api/v1/users/a_listener/follow/"))
    assert_as_described(follow, "put", client.put("/api/v1/users/nobody_here/follow/"))
    assert_as_described("/api/v1/me/", "patch", client.patch("/api/v1/me/", {"bio": "Hello"}))
    assert_as_described("/api/v1/me/", "patch", client.patch("/api/v1/me/", {"bio": "x" * 161}))
    assert_as_described("/api/v1/socket-tickets/", "post", client.post("/api/v1/socket-tickets/"))
    assert_as_described(
        "/api/v1/me/picture/", "put", client.put("/api/v1/me/picture/", {}, format="multipart")
    )


def test_it_is_served_and_names_how_apps_sign_in(client):
    answer = client.get("/api/schema/?format=json")
    assert answer.status_code == 200
    schemes = answer.json()["components"]["securitySchemes"]
    assert schemes["appToken"]["name"] == "X-Session-Token"


def test_the_page_of_the_description_has_nothing_inline(client):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"swagger-ui-bundle.js" in page.content
    assert b"<script>" not in page.content
    assert b"<style" not in page.content
