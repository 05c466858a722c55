"""Not hearing somebody, for oneself alone."""

from datetime import UTC, datetime

import orjson
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import PersonMute
from accounts.services import person_mute, person_unmute
from spaces_project.lib import broadcast
from spaces_project.lib.errors import Invalid
from tests.factories import UserFactory
from tests.rooms.answers import refused

pytestmark = pytest.mark.django_db

URL = "/api/v1/me/mutes/"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def sent(monkeypatch):
    """What goes out: (group, frame)."""
    frames = []
    monkeypatch.setattr(
        broadcast, "_group_send", lambda group, message: frames.append((group, orjson.loads(message["text"])))
    )
    return frames


def test_ones_own_devices_are_told_once(listener, speaker, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert person_mute(owner=listener, person=speaker, now=NOW)
        assert not person_mute(owner=listener, person=speaker, now=NOW)
        assert person_unmute(owner=listener, person=speaker)
        assert not person_unmute(owner=listener, person=speaker)
    assert sent == [
        (f"user.{listener.pk}", {"type": "person.muted", "data": {"user": str(speaker.pk), "muted": muted}})
        for muted in (True, False)
    ]


def test_nobody_mutes_themselves(listener):
    with pytest.raises(Invalid) as refusal:
        person_mute(owner=listener, person=listener, now=NOW)
    assert refusal.value.code == "mute.self"
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMute.objects.create(owner=listener, person=listener)


def test_it_is_ones_own_list(api, listener, speaker, cohost):
    client = api(listener)
    for handle in (speaker.handle.upper(), cohost.handle, cohost.handle):
        assert client.put(f"{URL}{handle}/").status_code == 200
    rows = client.get(URL).json()["results"]
    assert [row["handle"] for row in rows] == [cohost.handle, speaker.handle]
    assert set(rows[0]) == {"id", "handle", "name", "picture"}
    assert api(speaker).get(URL).json()["results"] == []
    for _ in range(2):
        assert client.delete(f"{URL}{speaker.handle}/").status_code == 204
    assert [row["handle"] for row in client.get(URL).json()["results"]] == [cohost.handle]


def test_who_is_gone_is_not_listed(api, listener, speaker):
    person_mute(owner=listener, person=speaker, now=NOW)
    speaker.is_active = False
    speaker.save()
    assert api(listener).get(URL).json()["results"] == []


@pytest.mark.parametrize("handle", ["nobody_here", "%00", "é", "x" * 300, "a'b", "me too"])
def test_a_handle_of_nobody(api, listener, handle):
    for method in ("put", "delete"):
        refused(getattr(api(listener), method)(f"{URL}{handle}/"), 404, "not_found")


def test_refusals(api, listener):
    refused(api(listener).put(f"{URL}{listener.handle}/"), 400, "mute.self")
    refused(api(None).get(URL), 401, "not_signed_in")
    refused(api(None).put(f"{URL}{listener.handle}/"), 401, "not_signed_in")
    refused(api(None).delete(f"{URL}{listener.handle}/"), 401, "not_signed_in")
    refused(api(listener).get(URL, {"cursor": "cD1hYmM="}), 400, "cursor.invalid")


def test_ten_and_a_hundred_take_the_same_queries(api, listener):
    client = api(listener)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert client.get(URL, {"limit": 100}).status_code == 200
        return len(counted)

    def more(count):
        PersonMute.objects.bulk_create(
            PersonMute(owner=listener, person=person) for person in UserFactory.create_batch(count)
        )

    queries()  # notes that the session is used
    more(10)
    few = queries()
    more(90)
    assert queries() == few == 3
