"""Errors sent to a service of Sentry's protocol: off unless set, and with nothing personal in them."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sentry_sdk

from spaces_project.lib import sentry
from stack.paths import ROOT

# A request with everything in it that must not leave, to a page that breaks; and a line of an error with somebody's address.
BREAKS = """
import asyncio, logging
from spaces_project.asgi import application
import sentry_sdk
from asgiref.testing import ApplicationCommunicator
from django.urls import path
from spaces_project import urls

def breaks(request, handle):
    password = "hunter2"
    raise RuntimeError("nothing for maya@example.org here")

urls.urlpatterns.insert(0, path("@<handle>/breaks/", breaks, name="breaks"))
headers = {"host": "testserver", "cookie": "sessionid=c00kie", "x-request-id": "the-name", "x-session-token": "s3ssion",
           "user-agent": "Browser", "content-type": "application/x-www-form-urlencoded"}

async def ask():
    asked = ApplicationCommunicator(application, {
        "type": "http", "method": "GET", "path": "/@maya_k/breaks/", "query_string": b"token=t0ken", "scheme": "http",
        "server": ("testserver", 80), "client": ("203.0.113.7", 50000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    })
    await asked.send_input({"type": "http.request", "body": b"words=my own words"})
    print((await asked.receive_output(10))["status"])
    await asked.receive_output(10)

asyncio.run(ask())
logging.getLogger("rooms").error("No mail to %s", "maya@example.org")
sentry_sdk.flush(5)
print("on" if sentry_sdk.get_client().is_active() else "off")
"""


class Collector(BaseHTTPRequestHandler):
    """Takes envelopes."""

    taken: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.taken.append(body.decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


def run(**env: str) -> list[str]:
    """What the script printed, in an environment with `env`."""
    done = subprocess.run(
        [sys.executable, "-c", BREAKS],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "spaces_project.settings"} | env,
        text=True,
        capture_output=True,
        check=True,
    )
    return done.stdout.split()


def test_what_breaks_is_told_without_anything_personal():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert run(SENTRY_DSN=f"http://key@127.0.0.1:{server.server_port}/7") == ["500", "on"]
    finally:
        server.shutdown()
        server.server_close()
    lines = [json.loads(line) for text in Collector.taken for line in text.splitlines()]
    events = [line for line in lines if "event_id" in line and "level" in line]
    assert [event["level"] for event in events] == ["error", "error"]
    error = next(event for event in events if "exception" in event)
    assert error["exception"]["values"][-1]["type"] == "RuntimeError"
    assert error["tags"]["trace"] == "the-name"
    assert error["request"] == {"method": "GET", "url": "http://testserver/@…/breaks/"}
    told = json.dumps(events)
    personal = [
        "maya",
        "example.org",
        "c00kie",
        "t0ken",
        "s3ssion",
        "own words",
        "Browser",
        "203.0.113",
        '"hunter2"',
    ]
    assert [word for word in personal if word in told.replace("password = ", "")] == []


def test_without_a_setting_nothing_is_started(settings):
    settings.SENTRY_DSN = ""
    sentry.start()
    assert not sentry_sdk.get_client().is_active()
