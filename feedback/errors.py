"""The refusals of feedback, with their stable codes."""

from django.utils.translation import gettext_noop

from spaces_project.lib.errors import Conflict, NotFound


class FeedbackNotFound(NotFound):
    """There is none, or it is somebody else's."""

    code = "feedback.not_found"
    message = gettext_noop("There is no such feedback of yours.")


class ItemNotFound(NotFound):
    """There is none, or it is not on the public list (any more)."""

    code = "roadmap.not_found"
    message = gettext_noop("This is not on the list.")


class VotesClosed(Conflict):
    """It is there already."""

    code = "roadmap.shipped"
    message = gettext_noop("This is there already: nothing is left to vote for.")
