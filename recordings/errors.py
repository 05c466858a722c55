"""The refusals of captions, recordings, replays and clips, with their stable codes."""

from spaces_project.lib.errors import Conflict


class ClaimLost(Conflict):
    """A worker that has lost its job to another wants to write."""

    code = "agent.claim_lost"
    message = "Another worker has taken over."


class ConsentMissing(Conflict):
    """Whoever accepts the stage of a recorded Space says that they may be recorded, or does not get there."""

    code = "recording.consent_missing"
    message = "This Space is being recorded. On its stage you are recorded, too: say that you agree, or stay a listener."


class NothingOfYours(Conflict):
    """There is no part of this person in the recording."""

    code = "recording.no_part"
    message = "There is nothing of you in this recording."


class RecordingNotFound(Conflict):
    """The Space was not recorded, or the recording is deleted."""

    code = "recording.not_found"
    status = 404
    message = "There is no recording of this Space."


class RecordingRuns(Conflict):
    """What is done to a recording has to wait until its Space is over."""

    code = "recording.runs"
    message = "This Space is still on. Wait until it has ended."


class RecordingNotFailed(Conflict):
    """Only what has failed is tried again."""

    code = "recording.not_failed"
    message = "There is nothing to try again."
