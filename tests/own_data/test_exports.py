"""The file with all that is kept about somebody."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from own_data.errors import ExportRuns
from own_data.links import export_path
from own_data.models import DataExport
from own_data.services import exports
from own_data.services.exports import export_ask, exports_expire, exports_run
from own_data.services.rows import areas
from recordings.services.files import files_delete, recordings_storage
from spaces_project.lib.errors import TooMany
from tests.own_data.life import HANDLE, WORDS, live_a_life

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

SECRETS = ("password", "digest", "secret", "session_key", "p256dh", "endpoint")


def everything(zipped: bytes) -> tuple[dict[str, list[dict]], dict[str, bytes]]:
    """The parts, and the other files."""
    with zipfile.ZipFile(BytesIO(zipped)) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name) for name in archive.namelist()}
    parts = {
        name.removesuffix(".json"): json.loads(read.pop(name))
        for name in list(read)
        if name.endswith(".json")
    }
    return parts, read


def status(client, path: str) -> int:
    """What it answers with; a file is read, which closes it."""
    answer = client.get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return int(answer.status_code)


def test_everything_is_in_it_and_no_secret(now, tmp_path, api, mailoutbox):
    life = live_a_life(now, tmp_path)
    client = api(life.user)
    export = client.post("/api/v1/me/exports/").json()
    assert (export["state"], export["url"]) == ("waiting", "")
    assert exports_run(now=now) == 1
    export = client.get(f"/api/v1/me/exports/{export['id']}/").json()
    assert (export["state"], export["progress"]) == ("ready", 100)
    answer = client.get(export["url"])
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    parts, files = everything(b"".join(answer.streaming_content))
    assert set(parts) == set(areas())
    assert all(parts[area] for area in parts), [area for area in parts if not parts[area]]
    for rows in parts.values():
        for row in rows:
            assert not set(SECRETS) & set(row), row["table"]
    assert {row["text"] for row in parts["messages"]} == {WORDS, "Hello to you"}
    # Who blocks or mutes somebody is not told to them.
    assert [row["owner"]["handle"] for row in parts["blocked"]] == [HANDLE]
    assert len(parts["ledger"]) == 1
    # Picture, tracks, and what was made of clips; each row names its file.
    assert sum(WORDS.encode() == content for content in files.values()) == 4
    named = {
        row[name]
        for rows in parts.values()
        for row in rows
        for name in ("file", "video", "picture")
        if row.get(name)
    }
    assert named | {"README.txt"} == set(files)
    assert f"@{HANDLE}".encode() in files["README.txt"]
    [mail] = mailoutbox
    assert (mail.to, export_path(DataExport.objects.get(pk=export["id"])) in mail.body) == (
        [life.user.email],
        True,
    )
    # Told once.
    exports_run(now=now)
    assert len(mailoutbox) == 1


def test_one_at_a_time_and_twice_a_day(listener, now):
    first = export_ask(user=listener, now=now)
    with pytest.raises(ExportRuns):
        export_ask(user=listener, now=now)
    exports_run(now=now)
    export_ask(user=listener, now=now)
    # The new one takes the place of the old one, whose file is given up.
    first.refresh_from_db()
    assert (first.state, first.file) == ("expired", "")
    exports_run(now=now)
    with pytest.raises(TooMany):
        export_ask(user=listener, now=now)
    export_ask(user=listener, now=now + timedelta(days=1, minutes=1))


def test_deleted_after_its_days(listener, api, now, settings):
    export_ask(user=listener, now=now)
    exports_run(now=now)
    export = DataExport.objects.get()
    name = export.file
    address = reverse("export-file", args=[export_path(export).split("/")[-2]])
    assert status(api(listener), address) == 200
    assert exports_expire(now=now + timedelta(days=settings.EXPORT_DAYS - 1)) == 0
    assert exports_expire(now=now + timedelta(days=settings.EXPORT_DAYS, minutes=1)) == 1
    assert api(listener).get(address).status_code == 404
    files_delete(now=now + timedelta(days=30))
    assert not recordings_storage().exists(name)


def test_the_link_is_of_its_owner_alone(listener, outsider, api, now):
    export = export_ask(user=listener, now=now)
    link = export_path(export)
    assert api(listener).get(link).status_code == 409
    assert api(listener).get(f"/api/v1/me/exports/{export.pk}/file/").json()["code"] == "export.not_ready"
    exports_run(now=now)
    assert status(api(listener), link) == 200
    assert api(outsider).get(link).status_code == 404
    assert api(outsider).get(f"/api/v1/me/exports/{export.pk}/file/").status_code == 404
    assert api(None).get(link).status_code == 302
    assert api(listener).get(link.replace("/export/", "/export/x")).status_code == 404
    assert api(listener).get(f"/api/v1/me/exports/{2**70}/").status_code == 404


def test_a_worker_that_dies_is_followed_by_another_three_times(listener, now, monkeypatch):
    export_ask(user=listener, now=now)
    moment = now

    def dies(*args, **kwargs):
        raise RuntimeError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(exports, "archive_write", dies)
        for tries in (1, 2):
            assert exports_run(now=moment) == 0
            assert DataExport.objects.get().tries == tries
            # Not before the lease is over.
            assert exports_run(now=moment) == 0
            moment += timedelta(minutes=10)
    assert exports_run(now=moment) == 1
    assert DataExport.objects.get().state == "ready"


def test_given_up_in_the_end(listener, api, now, monkeypatch):
    export_ask(user=listener, now=now)
    monkeypatch.setattr(exports, "archive_write", lambda *args, **kwargs: 1 / 0)
    for number in range(3):
        exports_run(now=now + timedelta(hours=number))
    assert DataExport.objects.get().state == "failed"
    assert "it was not your fault" in api(listener).get(reverse("own-data")).content.decode()
    export_ask(user=listener, now=now + timedelta(hours=4))


def test_the_page_says_how_far_it_is(listener, api, now):
    client = api(listener)
    page = client.get(reverse("own-data")).content.decode()
    assert "Gather my data" in page
    assert client.post(reverse("export-start")).status_code == 302
    DataExport.objects.update(progress=40)
    page = client.get(reverse("own-data")).content.decode()
    assert 'value="40"' in page
    assert 'hx-trigger="every 2s"' in page
    assert client.post(reverse("export-start")).status_code == 409
    exports_run(now=now)
    page = client.get(reverse("own-data")).content.decode()
    assert export_path(DataExport.objects.get()) in page
    assert 'hx-trigger="every 2s"' not in page
