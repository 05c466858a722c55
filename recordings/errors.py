"""The refusals of captions, recordings, replays and clips, with their stable codes."""

from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import Conflict, NotAllowed, NotFound, SpacesError


class ClaimLost(Conflict):
    """A worker that has lost its job to another wants to write."""

    code = "agent.claim_lost"
    message = _("Another worker has taken over.")


class LineNotFound(NotFound):
    """The line of captions does not exist in this Space."""

    code = "captions.not_found"
    message = _("This line does not exist.")


class WatchFirst(Conflict):
    """Captions are shown on a socket that watches the Space."""

    code = "captions.watch_first"
    message = _("Watch the Space first.")


class ConsentMissing(Conflict):
    """Whoever accepts the stage of a recorded Space says that they may be recorded, or does not get there."""

    code = "recording.consent_missing"
    message = _(
        "This Space is being recorded. On its stage you are recorded, too: say that you agree, or stay a listener."
    )


class NothingOfYours(Conflict):
    """There is no part of this person in the recording."""

    code = "recording.no_part"
    message = _("There is nothing of you in this recording.")


class RecordingNotFound(Conflict):
    """The Space was not recorded, or the recording is deleted."""

    code = "recording.not_found"
    status = 404
    message = _("There is no recording of this Space.")


class RecordingRuns(Conflict):
    """What is done to a recording has to wait until its Space is over."""

    code = "recording.runs"
    message = _("This Space is still on. Wait until it has ended.")


class RecordingNotFailed(Conflict):
    """Only what has failed is tried again."""

    code = "recording.not_failed"
    message = _("There is nothing to try again.")


class ReplayNotFound(NotFound):
    """There is no replay, or none that the asker may know of: never recorded, deleted, or past its last day."""

    code = "replay.not_found"
    message = _("There is no replay of this Space.")


class ReplayNotReady(Conflict):
    """It was recorded, and the replay is being made."""

    code = "replay.not_ready"
    message = _("The replay is being made ready. Come back in a few minutes.")


class ReplayNotHost(NotAllowed):
    """Only the host decides about the replay."""

    code = "space.not_host"
    message = _("Only the host can do that.")


class LinkNotFound(NotFound):
    """A link that we have not made, or to a file that is gone."""

    code = "link.not_found"
    message = _("This link leads nowhere. Open the page again for a new one.")


class LinkExpired(SpacesError):
    """A link that has had its time."""

    code = "link.expired"
    status = 410
    message = _("This link has expired. Open the page again for a new one.")


class ClipNotFound(NotFound):
    """No such clip, or none that the asker may see."""

    code = "clip.not_found"
    message = _("This clip does not exist, or is gone.")


class ClipsNotAllowed(NotAllowed):
    """The host allows no clips of this Space."""

    code = "clip.not_allowed"
    message = _("The host does not allow clips of this Space.")


class ClipNotYours(NotAllowed):
    """Only its maker, the host of the Space and staff delete a clip."""

    code = "clip.not_yours"
    message = _("Only who made this clip, or the host of the Space, can delete it.")


class NothingRecorded(Conflict):
    """What is to be cut was not recorded."""

    code = "clip.nothing_recorded"
    message = _("Nothing of that moment was recorded.")
