"""The refusals of captions, recordings, replays and clips, with their stable codes."""

from spaces_project.lib.errors import Conflict, NotAllowed, NotFound, SpacesError


class ReplayNotFound(NotFound):
    """There is no replay, or none that the asker may know of: never recorded, deleted, or past its last day."""

    code = "replay.not_found"
    message = "There is no replay of this Space."


class ReplayNotReady(Conflict):
    """It was recorded, and the replay is being made."""

    code = "replay.not_ready"
    message = "The replay is being made ready. Come back in a few minutes."


class ReplayNotHost(NotAllowed):
    """Only the host decides about the replay."""

    code = "space.not_host"
    message = "Only the host can do that."


class LinkNotFound(NotFound):
    """A link that we have not made, or to a file that is gone."""

    code = "link.not_found"
    message = "This link leads nowhere. Open the page again for a new one."


class LinkExpired(SpacesError):
    """A link that has had its time."""

    code = "link.expired"
    status = 410
    message = "This link has expired. Open the page again for a new one."


class ClipNotFound(NotFound):
    """No such clip, or none that the asker may see."""

    code = "clip.not_found"
    message = "This clip does not exist, or is gone."


class ClipsNotAllowed(NotAllowed):
    """The host allows no clips of this Space."""

    code = "clip.not_allowed"
    message = "The host does not allow clips of this Space."


class ClipNotYours(NotAllowed):
    """Only its maker, the host of the Space and staff delete a clip."""

    code = "clip.not_yours"
    message = "Only who made this clip, or the host of the Space, can delete it."


class NothingRecorded(Conflict):
    """What is to be cut was not recorded."""

    code = "clip.nothing_recorded"
    message = "Nothing of that moment was recorded."
