"""`manage.py doctor`: each thing that can be wrong is seen, named in words, and comes with what to do."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from operation.doctor import machine, site, stores
from rooms.audio import doctor as audio
from social import doctor as social
from spaces_project.lib import heartbeats
from spaces_project.lib.health import clock, note, ok
from spaces_project.lib.redis_client import redis_client
from stack.paths import ROOT
from stack.ports import free_port
from tests.factories import UserFactory
from tickets.doctor import payments

NOW = timezone.now()
PUBLIC = {
    "DEBUG": False,
    "SECRET_KEY": "kJ8vQ2mZ7xT4wN9rB5cL1pY6hG3fD0sA-kJ8vQ2mZ7xT4wN9rB5cL1",
    "SITE_URL": "https://spaces.example.org",
    "ALLOWED_HOSTS": ["spaces.example.org"],
    "CSRF_TRUSTED_ORIGINS": ["https://spaces.example.org"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


def said(check) -> dict[str, list[str]]:
    """What a check finds: "wrong", "note" and "ok" -> about what. What is wrong comes with what to do."""
    found = list(check(NOW))
    assert all(one.do and one.words for one in found if one.level == "wrong")
    return {level: [one.about for one in found if one.level == level] for level in ("wrong", "note", "ok")}


@pytest.fixture
def public(settings) -> None:
    """A server that is set up as docs/operation.md says."""
    for name, value in PUBLIC.items():
        setattr(settings, name, value)


class TestSite:
    """Settings, and the site from outside."""

    def test_a_server_as_the_docs_say_is_well(self, public):
        assert said(site.secrets_and_debug)["wrong"] == []
        assert said(site.addresses) == {"wrong": [], "note": [], "ok": ["HTTPS"]}

    @pytest.mark.parametrize(
        ("name", "value", "about", "level"),
        [
            ("DEBUG", True, "DEBUG", "wrong"),
            ("SECRET_KEY", "short", "SECRET_KEY", "wrong"),
            ("SECRET_KEY", "a" * 60, "SECRET_KEY", "wrong"),
            ("ALLOWED_HOSTS", ["other.example.org"], "ALLOWED_HOSTS", "wrong"),
            ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS", "note"),
            ("SITE_URL", "http://spaces.example.org", "HTTPS", "wrong"),
            ("SITE_URL", "spaces.example.org", "SITE_URL", "wrong"),
            ("SECURE_PROXY_SSL_HEADER", None, "BEHIND_PROXY", "wrong"),
            ("CSRF_TRUSTED_ORIGINS", [], "CSRF_TRUSTED_ORIGINS", "note"),
            ("CSRF_COOKIE_SECURE", False, "Cookies", "wrong"),
            ("SPACES_STAFF_MFA_REQUIRED", False, "Staff", "note"),
        ],
    )
    def test_what_is_set_wrongly(self, public, settings, name, value, about, level):
        setattr(settings, name, value)
        found = said(lambda now: [*site.secrets_and_debug(now), *site.addresses(now)])
        assert about in found[level]

    def test_at_home_much_is_forgiven(self, settings):
        settings.SITE_URL, settings.DEBUG, settings.SECRET_KEY = "http://127.0.0.1:8000", True, "short"
        settings.ALLOWED_HOSTS = ["127.0.0.1"]
        assert said(site.secrets_and_debug) == {"wrong": [], "note": ["DEBUG"], "ok": []}
        assert said(site.addresses) == {"wrong": [], "note": [], "ok": []}

    def test_a_site_that_does_not_answer_and_one_without_websockets(self, settings, live_server):
        settings.SITE_URL = f"http://127.0.0.1:{free_port()}"
        assert said(site.from_outside)["wrong"] == ["The site"]
        # Django's own server for tests knows no websocket.
        settings.SITE_URL = live_server.url
        assert said(site.from_outside) == {"wrong": ["Websocket"], "note": [], "ok": ["The site"]}

    def test_a_certificate_that_is_none(self, settings, live_server):
        settings.SITE_URL = live_server.url.replace("http:", "https:")
        assert said(site.from_outside)["wrong"] == ["Certificate"]


@pytest.mark.django_db(transaction=True)
class TestStores:
    """Database and Redis."""

    def test_all_is_well_and_what_is_to_be_done_first(self, settings):
        # Debugging is off in tests: SQLite is then pointed out.
        settings.DEBUG = True
        assert said(stores.database) == {"wrong": [], "note": ["Staff"], "ok": ["Database", "Migrations"]}
        UserFactory(is_staff=True, is_superuser=True)
        assert said(stores.database)["note"] == []
        assert said(stores.redis) == {"wrong": [], "note": [], "ok": ["Redis"]}

    def test_a_migration_that_is_not_applied(self):
        recorder = MigrationRecorder(connection)
        recorder.record_unapplied("flags", "0001_initial")
        try:
            found = [one for one in stores.database(NOW) if one.about == "Migrations"]
        finally:
            recorder.record_applied("flags", "0001_initial")
        assert "flags 0001_initial" in found[0].words
        assert "migrate" in found[0].do

    def test_a_database_and_a_redis_that_are_away(self, settings, monkeypatch):
        connection.close()
        name = "NAME" if connection.vendor == "sqlite" else "PORT"
        monkeypatch.setitem(
            connection.settings_dict, name, f"/nowhere/{free_port()}" if name == "NAME" else str(free_port())
        )
        assert said(stores.database)["wrong"] == ["Database"]
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        assert said(stores.redis)["wrong"] == ["Redis"]

    def test_demo_accounts_on_a_server(self, public):
        demo = UserFactory(handle="demo_staff", is_staff=True, is_superuser=True)
        demo.set_password("spaces-demo")
        demo.save()
        assert said(stores.database)["wrong"] == ["Demo accounts"]

    def test_clocks(self):
        assert list(clock("Its clock", 1.0)) == []
        (behind,) = clock("Its clock", -30.0)
        assert behind.words == "Its clock is 30 s behind this machine's."


class TestMachine:
    """Files, disk, processes."""

    def test_a_folder_that_cannot_be_written(self, settings, tmp_path):
        settings.DEBUG = True
        assert said(machine.files) == {"wrong": [], "note": [], "ok": ["Pictures", "Recordings"]}
        (tmp_path / "file").write_text("in the way")
        settings.MEDIA_ROOT = str(tmp_path / "file" / "media")
        assert said(machine.files)["wrong"] == ["Pictures"]

    def test_static_files_that_nobody_collected(self, settings, tmp_path):
        settings.DEBUG, settings.STATIC_ROOT = False, tmp_path
        assert said(machine.files)["wrong"] == ["Static files"]

    def test_a_disk_that_is_full(self, monkeypatch):
        assert said(machine.disk)["ok"] == ["Disk"]
        monkeypatch.setattr(machine, "_FREE_NOTE", 1024**6)
        assert said(machine.disk)["note"] == ["Disk"]
        monkeypatch.setattr(machine, "_FREE_WRONG", 1024**6)
        assert said(machine.disk)["wrong"] == ["Disk"]

    def test_worker_and_beat(self, settings):
        redis_client().delete("spaces:heartbeats")
        assert said(machine.processes) == {"wrong": ["Worker", "Beat"], "note": ["Figures"], "ok": []}
        heartbeats.heard_of("worker:celery@here")
        heartbeats.heard_of("beat")
        settings.METRICS_TOKEN = "somebody"
        assert said(machine.processes) == {"wrong": [], "note": [], "ok": ["Worker", "Beat"]}


class TestTelling:
    """Mail and push."""

    def test_mail_that_goes_nowhere_and_a_server_that_is_away(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        settings.DEBUG = True
        assert said(social.mail)["note"] == ["Mail"]
        settings.DEBUG = False
        assert said(social.mail)["wrong"] == ["Mail"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        assert said(social.mail)["wrong"] == ["Mail"]

    def test_push_keys(self, settings):
        settings.DEBUG = True
        assert said(social.push)["ok"] == ["Push"]
        settings.VAPID_PRIVATE_KEY = "not-a-key"
        assert said(social.push)["wrong"] == ["Push"]
        settings.VAPID_PRIVATE_KEY, settings.DEBUG = "", False
        assert said(social.push)["note"] == ["Push"]


class TestPayments:
    """Stripe's settings."""

    KEYS = ("STRIPE_API_KEY", "STRIPE_IS_STAND_IN", "STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET")

    @pytest.mark.parametrize(
        ("values", "wrong", "notes"),
        [
            (("", False, "", ""), [], ["Payments"]),
            (("sk_test_x", True, "whsec_a", "whsec_b"), ["Payments"], []),
            (("sk_test_x", False, "whsec_a", "whsec_b"), [], ["Payments"]),
            (("rk_live_x", False, "whsec_a", ""), ["STRIPE_CONNECT_WEBHOOK_SECRET"], []),
            (("sk_live_x", False, "whsec_a", "whsec_b"), [], []),
        ],
    )
    def test_what_is_missing(self, settings, values, wrong, notes):
        for name, value in zip(self.KEYS, values, strict=True):
            setattr(settings, name, value)
        found = said(payments)
        assert (found["wrong"], found["note"]) == (wrong, notes)


class Open(BaseHTTPRequestHandler):
    """An audio server that lets everybody in, an hour behind."""

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


class TestAudio:
    """LiveKit."""

    def test_none_is_set(self, settings):
        settings.LIVEKIT_URL = ""
        assert said(audio.livekit) == {"wrong": [], "note": ["LiveKit"], "ok": []}

    def test_rooms_that_open_by_themselves_and_a_clock_that_is_off(self, settings):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Open)
        Thread(target=server.serve_forever, daemon=True).start()
        settings.LIVEKIT_URL = f"http://127.0.0.1:{server.server_port}"
        try:
            assert said(lambda now: audio._closed_to_strangers())["wrong"] == ["LiveKit"]
            assert said(lambda now: audio._its_clock())["wrong"] == ["Clock"]
        finally:
            server.shutdown()
            server.server_close()

    def test_addresses_for_browsers(self, settings):
        settings.SITE_URL = "https://spaces.example.org"
        for address, wrong in (("ws://a.example.org", 1), ("audio", 1), ("wss://a.example.org", 0)):
            settings.LIVEKIT_WS_URL = address
            assert len(said(lambda now: audio._for_browsers())["wrong"]) == wrong

    @pytest.mark.livekit
    @pytest.mark.django_db(transaction=True)
    def test_the_real_one(self, settings, monkeypatch, livekit_server, live_server):
        livekit_server.restart(webhook_url=f"{live_server.url}/webhooks/livekit/")
        found = list(audio.livekit(NOW))
        assert [(one.level, one.about) for one in found] == [
            ("ok", "LiveKit"),
            ("ok", "LiveKit"),
            ("ok", "Webhooks"),
        ]
        monkeypatch.setattr(audio, "_WEBHOOK_SECONDS", 0.2)
        livekit_server.restart()
        assert said(audio.livekit)["note"] == ["Webhooks"]
        settings.LIVEKIT_API_SECRET = "another-secret-0123456789-0123456789"
        (found,) = audio.livekit(NOW)
        assert "does not take our key" in found.words
        with livekit_server.stopped():
            (found,) = audio.livekit(NOW)
        assert "does not answer" in found.words


def well(now):
    yield ok("This", "is well")


def notable(now):
    yield note("That", "could be better", "Do it.")


def breaks(now):
    raise RuntimeError("no doctor is perfect")
    yield


class TestCommand:
    """What is printed, and the exit status."""

    def test_notes_are_no_fault(self, settings, capsys):
        settings.DOCTOR_CHECKS = [f"{__name__}.well", f"{__name__}.notable"]
        call_command("doctor")
        assert capsys.readouterr().out.splitlines() == [
            "  ok   This: is well",
            "note   That: could be better",
            "       → Do it.",
            "Nothing is wrong; see the notes above.",
        ]

    def test_a_check_that_breaks_is_named_and_the_others_go_on(self, settings, capsys):
        settings.DOCTOR_CHECKS = [f"{__name__}.breaks", f"{__name__}.well"]
        with pytest.raises(CommandError, match="1 thing is wrong"):
            call_command("doctor")
        printed = capsys.readouterr().out
        assert f"WRONG  {__name__}.breaks: RuntimeError: no doctor is perfect" in printed
        assert "This: is well" in printed

    def test_without_a_secret_it_says_which(self):
        env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"} | {"DEBUG": "0"}
        done = subprocess.run(
            [sys.executable, "manage.py", "doctor"], cwd=ROOT, env=env, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert done.stderr.startswith("The settings are not complete: SECRET_KEY is not set.")
        assert "Traceback" not in done.stderr
