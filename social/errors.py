"""The refusals of this app, with their stable codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from spaces_project.lib.errors import Invalid, NotAllowed, NotFound


class PostNotFound(NotFound):
    """No such post, a deleted one, or one that the asker may not see."""

    code = "post.not_found"
    message = gettext_noop("This post does not exist.")


class PostNotYours(NotAllowed):
    """Only its author deletes a post, and staff."""

    code = "post.not_yours"
    message = gettext_noop("Only who wrote a post can delete it.")


class PostEmpty(Invalid):
    """Nothing that could be seen."""

    code = "post.empty"
    message = gettext_noop("Write something.")

    def __init__(self) -> None:
        super().__init__(fields={"text": [self.message]})


class PostTooLong(Invalid):
    """More than `SPACES_POST_MAX_LENGTH` characters, once cleaned."""

    code = "post.too_long"

    def __init__(self, most: int) -> None:
        message = _("Use at most {most} characters.").format(most=most)
        super().__init__(message, fields={"text": [message]})


class DirectNotAccepted(NotAllowed):
    """A block, the other's setting, or an account that is closed: the one who writes is not told which."""

    code = "direct.not_accepted"
    message = gettext_noop("This person does not accept messages from you.")


class DirectNotFound(NotFound):
    """No such conversation or message, or one of other people."""

    code = "direct.not_found"
    message = gettext_noop("This conversation or message does not exist.")


class DirectToSelf(Invalid):
    """A conversation is between two."""

    code = "direct.self"
    message = gettext_noop("You cannot write to yourself.")


class DirectEmpty(Invalid):
    """Nothing that could be seen, and no Space beside it."""

    code = "direct.empty"
    message = gettext_noop("Write something.")

    def __init__(self) -> None:
        super().__init__(fields={"text": [self.message]})


class DirectTooLong(Invalid):
    """More than `SPACES_DIRECT_MESSAGE_MAX_LENGTH` characters, once cleaned."""

    code = "direct.too_long"

    def __init__(self, most: int) -> None:
        message = _("Use at most {most} characters.").format(most=most)
        super().__init__(message, fields={"text": [message]})
