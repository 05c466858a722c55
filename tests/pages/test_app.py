"""What makes the site an app: the manifest, the worker, the page without network."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from stack import paths

pytestmark = pytest.mark.django_db


@pytest.fixture
def bundle(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """A bundle of the browser's code, still empty."""
    dist = tmp_path / "dist"
    (dist / "chunks").mkdir(parents=True)
    settings.STATICFILES_DIRS = [("app", dist), ("app", paths.FRONTEND / "public")]
    finders.get_finder.cache_clear()
    yield dist
    finders.get_finder.cache_clear()


def test_the_manifest(client):
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["id"], said["scope"], said["start_url"], said["display"]) == ("/", "/", "/", "standalone")
    pictures = [
        *said["icons"],
        *said["screenshots"],
        *(icon for one in said["shortcuts"] for icon in one["icons"]),
    ]
    for picture in pictures:
        with Image.open(finders.find(picture["src"].removeprefix("/static/"))) as image:
            assert picture["sizes"] == f"{image.width}x{image.height}", picture
    assert {one["purpose"] for one in said["icons"] if one["sizes"] == "512x512"} == {"any", "maskable"}
    for shortcut in said["shortcuts"]:
        assert client.get(shortcut["url"], follow=True).status_code == 200


def test_the_worker_is_new_when_anything_of_the_site_is(client, bundle):
    assert client.get("/sw.js").status_code == 404
    for name in ("main.css", "main.js", "sw.js"):
        (bundle / name).write_text("/* what it does */")
    (bundle / "chunks" / "link-ABCDEFGH.js").write_text("")
    answer = client.get("/sw.js")
    told, script = answer.content.decode().split(";\n", 1)
    said = json.loads(told.removeprefix("self.SPACES = "))
    assert script == "/* what it does */"
    assert said["offline"] == "/offline/"
    assert {"/static/app/main.js", "/static/app/chunks/link-ABCDEFGH.js"} <= set(said["assets"])
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (answer.headers["Service-Worker-Allowed"], answer.headers["Cache-Control"]) == ("/", "no-cache")
    assert sorted(answer.headers["Content-Security-Policy"].split("; ")) == [
        "connect-src 'self'",
        "default-src 'none'",
    ]
    assert client.get("/sw.js").content == answer.content
    (bundle / "main.js").write_text("/* what it does now */")
    assert client.get("/sw.js").content != answer.content


def test_the_page_without_network_is_everybodys(client, host, api):
    page = client.get("/offline/").content
    assert b"No network" in page
    assert b"<script" not in page
    assert api(host).get("/offline/").content == page
