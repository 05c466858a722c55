"""Recording over REST and on the page of the Space."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import person_block
from recordings.models import Recording
from recordings.services.recording import recording_start
from rooms.services.lifecycle import space_end
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def url(space, path: str = "") -> str:
    return f"/api/v1/spaces/{space.pk}/recording/{path}"


def test_on_off_and_what_each_may_know(api, space, host, listener, join):
    join(space, listener)
    assert api(None).get(url(space)).json()["state"] == "none"
    refused(api(listener).post(url(space, "start/")), 403, "space.not_moderator")

    started = api(host).post(url(space, "start/")).json()
    assert (started["recording"]["on"], started["state"], started["trouble"]) == (True, "on", "")
    seen = api(listener).get(url(space)).json()
    assert (seen["recording"]["on"], seen["progress"], seen["trouble"]) == (True, None, None)
    refused(api(listener).post(f"/api/v1/spaces/{space.pk}/requests/", {}), 409, "recording.consent_missing")
    asked = api(listener).post(f"/api/v1/spaces/{space.pk}/requests/", {"recording_consent": True})
    assert asked.status_code == 200
    assert api(host).post(url(space, "stop/")).json()["state"] == "off"
    refused(api(host).delete(url(space)), 409, "recording.runs")


def test_the_host_reads_progress_and_deletes(api, recording, host, speaker, outsider):
    space = recording.space
    shown = api(host).get(url(space)).json()
    assert (shown["state"], shown["progress"], shown["size_bytes"]) == ("ready", 100, recording.size_bytes)
    assert api(speaker).get(url(space)).json()["has_part"]
    assert not api(outsider).get(url(space)).json()["has_part"]
    refused(api(host).post(url(space, "retry/")), 409, "recording.not_failed")
    Recording.objects.update(state="failed", trouble="mix_failed")
    refused(api(speaker).post(url(space, "retry/")), 403, "space.not_host")
    assert api(host).post(url(space, "retry/")).json()["state"] == "processing"
    refused(api(speaker).delete(url(space)), 403, "space.not_host")
    assert api(host).delete(url(space)).status_code == 204
    assert api(host).get(url(space)).json()["state"] == "deleted"


def test_reading_costs_the_same_for_everybody(api, recording, host, speaker):
    counts = []
    for person in (host, speaker):
        client = api(person)
        client.get(url(recording.space))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(recording.space))
        counts.append(len(queries))
    assert counts == [8, 8]


@pytest.mark.parametrize("door", ["api", "page"])
@pytest.mark.parametrize("kept_out_by", ["nobody", "block", "removal"])
def test_ones_part_is_ones_own_whatever_happened_since(
    door, kept_out_by, api, client, recording, host, speaker, now
):
    if kept_out_by == "block":
        person_block(owner=host, person=speaker, now=now)
    elif kept_out_by == "removal":
        recording.space.participations.filter(user=speaker).update(role="listener", removed_at=now)
    if door == "api":
        assert api(speaker).delete(url(recording.space, "parts/mine/")).status_code == 204
    else:
        client.force_login(speaker)
        answer = client.post(f"/spaces/{recording.space_id}/recording/remove-part/")
        assert answer.status_code == 302
    assert not recording.tracks.filter(user=speaker, removed_at__isnull=True).exists()
    refused(api(speaker).delete(url(recording.space, "parts/mine/")), *_gone(kept_out_by))


def _gone(kept_out_by: str) -> tuple[int, str]:
    return (404, "space.not_found") if kept_out_by == "block" else (409, "recording.no_part")


def test_nobody_is_recorded_in_a_space_that_is_over(api, space, host, at):
    space_end(space=space, by=host, now=at(1))
    for path in ("start/", "stop/", "consent/"):
        refused(api(host).post(url(space, path)), 410, "space.ended")


def test_the_page_of_a_live_space_has_the_sign(client, space, host, at):
    assert "Being recorded" not in client.get(f"/spaces/{space.pk}/").content.decode()
    recording_start(space=space, by=host, now=at(1))
    assert "Being recorded" in client.get(f"/spaces/{space.pk}/").content.decode()
