"""What was recorded is given up: a speaker's part, or all of it. Their files are doomed with it (`files`)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from recordings.errors import NothingOfYours, RecordingNotFailed, RecordingNotFound, RecordingRuns
from recordings.models import CaptionLine, Clip, ReactionSlice, Recording, RecordingConsent, RecordingTrack
from recordings.selectors.recordings import recording_card
from recordings.services.clips import clips_delete
from recordings.services.files import files_doom
from recordings.services.mixing import recording_mix_wanted
from recordings.services.telling import tell_expiring, tell_part_removed
from rooms.events import emit
from rooms.models import Space
from rooms.services.locks import locked_space, locked_spaces
from spaces_project.lib import audit
from spaces_project.lib.errors import NotAllowed
from spaces_project.lib.tasks import enqueue_on_commit

_MADE = (Recording.State.PROCESSING, Recording.State.READY, Recording.State.FAILED)


def recording_part_remove(*, space: Space, user: User, now: datetime) -> None:
    """Take what `user` said out of the recording of a Space, for good: their tracks, their lines of the transcript, clips in
    which they are heard. The mix is made anew, and until it is there is no replay. While the Space is on they are not recorded
    any more.

    Raises NothingOfYours.
    """
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        recording = _locked(space)
        tracks = recording.tracks.filter(user=user, removed_at__isnull=True) if recording else None
        if recording is None or tracks is None or not _take_out(recording, tracks, user, now=now):
            raise NothingOfYours()
        tell_part_removed(recording, user, now=now)


def parts_of_person_remove(*, user: User, now: datetime) -> int:
    """Take somebody out of every recording: their account is being deleted. Returns of how many."""
    theirs = RecordingTrack.objects.filter(user=user, removed_at__isnull=True)
    spaces = Space.objects.filter(recording__in=theirs.values("recording")).exclude(host=user).order_by("pk")
    taken = 0
    with transaction.atomic():
        # Their own Spaces go whole, with the account.
        for space in locked_spaces(spaces.values_list("pk", flat=True)):
            recording = _locked(space)
            if recording is not None:
                _take_out(
                    recording, recording.tracks.filter(user=user, removed_at__isnull=True), user, now=now
                )
                taken += 1
    return taken


def recording_delete(*, space: Space, by: User, now: datetime, as_staff: bool = False) -> None:
    """Delete the recording with its replay, clips and transcript; its row stays, without files. Done twice it is done once.

    `as_staff`: whoever calls has asked the table of staff; then also of a Space that is on. Raises NotAllowed
    (`space.not_host`), RecordingNotFound, RecordingRuns.
    """
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if space.host_id != by.pk and not as_staff:
            raise NotAllowed(_("Only the host can do that."), code="space.not_host")
        recording = _locked(space)
        if recording is None:
            raise RecordingNotFound()
        if space.is_live and not as_staff:
            raise RecordingRuns()
        if recording.state != Recording.State.DELETED:
            _delete(recording, now=now)
            if as_staff:
                audit.record(
                    act="recording.delete",
                    by=by,
                    target_kind="space",
                    target_id=space.pk,
                    space_id=space.pk,
                    now=now,
                )


def recording_retry(*, space: Space, by: User, now: datetime) -> Recording:
    """Make the mix again that has failed. Raises NotAllowed (`space.not_host`), RecordingNotFound, RecordingNotFailed."""
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if space.host_id != by.pk:
            raise NotAllowed(_("Only the host can do that."), code="space.not_host")
        recording = _locked(space)
        if recording is None:
            raise RecordingNotFound()
        if recording.state != Recording.State.FAILED or recording.trouble == "empty":
            raise RecordingNotFailed()
        recording_mix_wanted(recording, now=now)
        enqueue_on_commit("recordings.tasks.recordings_mix")
    return recording


def recordings_expire(*, now: datetime) -> int:
    """Delete replays whose days are over, and warn hosts of those that soon go. Returns how many are deleted."""
    due = Recording.objects.filter(state=Recording.State.READY, kept=False)
    gone = 0
    for recording in due.filter(expires_at__lte=now).select_related("space"):
        with transaction.atomic():
            locked = _locked(locked_space(recording.space_id, live=False))
            if locked and locked.state == Recording.State.READY and not locked.kept and _is_over(locked, now):
                _delete(locked, now=now)
                gone += 1
    for recording in due.filter(expires_at__gt=now).select_related("space__host"):
        tell_expiring(recording, now=now)
    return gone


def _is_over(recording: Recording, now: datetime) -> bool:
    return recording.expires_at is not None and recording.expires_at <= now


def _take_out(recording: Recording, tracks: QuerySet[RecordingTrack], user: User, *, now: datetime) -> bool:
    """Take these tracks of `user`, and their lines, out of a locked recording; returns whether there was anything."""
    taken = list(tracks)
    lines = _forget(CaptionLine.objects.filter(space=recording.space_id, user=user), now=now)
    RecordingConsent.objects.filter(space=recording.space_id, user=user).delete()
    if not taken:
        return bool(lines)
    files_doom([track.file for track in taken], now=now)
    for track in taken:
        ends_at_ms = track.starts_at_ms + track.duration_ms
        heard = Clip.objects.filter(space=recording.space_id, starts_at_ms__lt=ends_at_ms)
        clips_delete(heard.filter(starts_at_ms__gt=track.starts_at_ms - F("duration_ms")), now=now)
        track.file, track.size_bytes, track.removed_at = "", 0, now
    RecordingTrack.objects.bulk_update(taken, ["file", "size_bytes", "removed_at"])
    if recording.state in _MADE:
        recording_mix_wanted(recording, now=now)
        enqueue_on_commit("recordings.tasks.recordings_mix")
    return True


def _delete(recording: Recording, *, now: datetime) -> None:
    """Give up all there is of a locked recording."""
    tracks = recording.tracks.filter(removed_at__isnull=True)
    files_doom([recording.mix, *tracks.values_list("file", flat=True)], now=now)
    tracks.update(file="", size_bytes=0, removed_at=now)
    clips_delete(Clip.objects.filter(space=recording.space_id), now=now)
    _forget(CaptionLine.objects.filter(space=recording.space_id), now=now)
    ReactionSlice.objects.filter(space=recording.space_id).delete()
    was_on = recording.state == Recording.State.ON
    recording.stretches.filter(ends_at_ms__isnull=True).delete()
    recording.state, recording.trouble, recording.deleted_at = Recording.State.DELETED, "", now
    recording.mix, recording.size_bytes, recording.waveform, recording.progress = "", 0, [], 0
    recording.claim = recording.claimed_until = recording.mix_due_at = None
    recording.revision += 1
    recording.save()
    if was_on and recording.space.is_live:
        emit(recording.space, "recording.stopped", recording_card(recording.space))


def _forget(lines: QuerySet[CaptionLine], *, now: datetime) -> int:
    """Lines of the transcript are shown to nobody, and what was said is not kept."""
    return lines.filter(removed_at__isnull=True).update(removed_at=now, text="")


def _locked(space: Space) -> Recording | None:
    """The recording with its row locked, after the Space's."""
    found = Recording.objects.filter(space=space).select_for_update(no_key=True).first()
    if found is not None:
        found.space = space
    return found
