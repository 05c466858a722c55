"""Recording is switched on and off, everybody sees it, and nobody is recorded who has not agreed."""

from datetime import timedelta

import pytest

from recordings.errors import ConsentMissing
from recordings.models import AgentJob, Recording, RecordingConsent
from recordings.selectors.recordings import is_recorded, recordings_needed
from recordings.services.consent import recording_consent
from recordings.services.recording import (
    recorder_began,
    recording_start,
    recording_stop,
    recording_trouble,
    recordings_round,
)
from rooms.models import Role, Space
from rooms.selectors import snapshot
from rooms.services.cohosts import cohost_invite
from rooms.services.invitations import stage_invite, stage_invite_accept
from rooms.services.lifecycle import space_end, space_start
from rooms.services.requests import stage_request, stage_request_accept
from social.models import Notification
from tests.factories import FollowFactory
from tests.rooms.announced import announced
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def stretches(space: Space) -> list[tuple[int, int | None]]:
    rows = Recording.objects.get(space=space).stretches
    return list(rows.values_list("starts_at_ms", "ends_at_ms"))


def test_on_and_off_are_told_to_everybody_and_make_stretches(space, host, at, committed, sent):
    with committed():
        recording_start(space=space, by=host, now=at(10))
        recording_start(space=space, by=host, now=at(11))
    assert list(recordings_needed()) == [space.pk]
    assert snapshot(space=space, user=host)["recording"] == {"on": True, "since": at(10), "trouble": ""}
    with committed():
        recording_stop(space=space, by=host, now=at(70))
        recording_stop(space=space, by=host, now=at(71))
        recording_start(space=space, by=host, now=at(100))
        space_end(space=space, by=host, now=at(130))
        recordings_round(now=at(131))

    assert [type for type in sent.types() if type.startswith("recording.")] == [
        "recording.consented",
        "recording.started",
        "recording.stopped",
        "recording.started",
    ]
    assert stretches(space) == [(10_000, 70_000), (100_000, 130_000)]
    assert Recording.objects.get().state == Recording.State.PROCESSING
    assert list(recordings_needed()) == []


def test_what_was_wished_for_begins_by_itself(host, now, at):
    space = space_start(host=host, title="For later", recording_wanted=True, now=now)
    assert is_recorded(space)

    recordings_round(now=at(1))
    recordings_round(now=at(2))

    assert stretches(space) == [(1_000, None)]
    assert RecordingConsent.objects.get().user == host


def test_a_wish_that_is_taken_back_before_it_begins_stays_taken_back(host, now, at, join):
    space = space_start(host=host, title="For later", recording_wanted=True, now=now)
    recording_stop(space=space, by=host, now=now)

    recordings_round(now=at(1))

    assert (stretches(space), is_recorded(space)) == ([], False)


class TestConsent:
    def test_asking_to_speak_in_a_recorded_space_needs_it(self, space, host, listener, join, at):
        join(space, listener)
        recording_start(space=space, by=host, now=at(1))
        with pytest.raises(ConsentMissing):
            stage_request(space=space, user=listener, now=at(2))
        stage_request(space=space, user=listener, recording_consent=True, now=at(3))
        stage_request_accept(space=space, by=host, user=listener, now=at(4))

        given = RecordingConsent.objects.get(user=listener)
        assert (given.space, given.given_with, given.given_at) == (space, "request", at(3))

    def test_accepting_an_invitation_needs_it_and_once_is_enough(self, space, host, listener, join, at):
        join(space, listener)
        recording_start(space=space, by=host, now=at(1))
        stage_invite(space=space, by=host, user=listener, now=at(2))
        with pytest.raises(ConsentMissing):
            stage_invite_accept(space=space, user=listener, now=at(3))
        stage_invite_accept(space=space, user=listener, recording_consent=True, now=at(4))
        stage_invite_accept(space=space, user=listener, now=at(5))
        assert RecordingConsent.objects.get(user=listener).given_at == at(4)

    def test_a_cohost_ahead_agrees_to_what_is_wished_for(self, host, cohost, now):
        ahead = announced(host, now + timedelta(hours=1), recording_wanted=True)
        FollowFactory(follower=cohost, followee=host)
        cohost_invite(space=ahead, by=host, user=cohost, now=now)
        with pytest.raises(ConsentMissing):
            stage_invite_accept(space=ahead, user=cohost, now=now)
        place = stage_invite_accept(space=ahead, user=cohost, recording_consent=True, now=now)
        assert place.role == Role.COHOST

    def test_who_was_on_stage_before_is_asked_and_may_agree_there(
        self, space, host, speaker, now, at, sent, committed
    ):
        seat(space, speaker, Role.SPEAKER, now)
        recording_start(space=space, by=host, now=at(1))
        assert snapshot(space=space, user=speaker)["recording_consent"] is False
        with committed():
            recording_consent(space=space, user=speaker, now=at(2))
            recording_consent(space=space, user=speaker, now=at(3))
        assert snapshot(space=space, user=speaker)["recording_consent"] is True
        assert sent.types() == ["recording.consented"]
        assert sent[0]["group"] == f"user.{speaker.pk}"


class TestTrouble:
    def test_it_is_shown_told_to_the_host_once_and_goes_away(self, space, host, at, committed, sent):
        recording_start(space=space, by=host, now=at(1))
        with committed():
            for seconds in (2, 3):
                recording_trouble(space=space, trouble="disk_full", now=at(seconds))
            recording_trouble(space=space, trouble="", now=at(4))
            recording_trouble(space=space, trouble="disk_full", now=at(5))
        assert [data["trouble"] for data in sent.of("recording.trouble")] == ["disk_full", "", "disk_full"]
        told = Notification.objects.get(user=host)
        assert "disk is full" in told.data["text"]
        assert space.is_live

    def test_a_recorder_that_does_not_come_is_told_of(self, space, host, at):
        recording_start(space=space, by=host, now=at(1))
        recordings_round(now=at(9))
        assert Recording.objects.get().trouble == ""
        recordings_round(now=at(12))
        assert Recording.objects.get().trouble == "no_recorder"

        AgentJob.objects.create(
            space=space, kind="recording", state="running", seen_at=at(20), created_at=at(18)
        )
        recorder_began(space=space, now=at(20))
        recordings_round(now=at(60))

        assert Recording.objects.get().trouble == ""
        # Before it there was nothing to hear.
        assert stretches(space) == [(20_000, None)]

    def test_a_second_recorder_changes_nothing_of_when_it_began(self, space, host, at):
        recording_start(space=space, by=host, now=at(1))
        for seconds in (2, 30):
            AgentJob.objects.filter(space=space).update(state="failed")
            AgentJob.objects.create(space=space, kind="recording", state="running", created_at=at(seconds))
            recorder_began(space=space, now=at(seconds + 1))
            Recording.objects.get().tracks.create(speaker_name="A", starts_at_ms=1000 * (seconds + 2))
        assert stretches(space) == [(3_000, None)]
