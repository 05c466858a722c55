"""What can be wrong with exports and deletions."""

from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import Conflict, Invalid, NotFound


class ExportRuns(Conflict):
    """One at a time."""

    code = "export.running"
    message = _("Your data is being gathered already.")


class ExportNotFound(NotFound):
    """It is none of theirs, or its days are over."""

    code = "export.not_found"
    message = _("There is no such file any more. Ask for a new one.")


class ExportNotReady(Conflict):
    """It is still being made, or could not be."""

    code = "export.not_ready"
    message = _("This file is not ready.")


class NotTheirHandle(Invalid):
    """Whoever deletes their account writes its handle, so that nobody does it by a slip."""

    code = "deletion.handle"
    message = _("That is not your handle.")


class LastOfStaff(Conflict):
    """Somebody has to be able to run the site."""

    code = "deletion.last_of_staff"
    message = _("Nobody else runs this site. Give somebody else your rights first.")


class KeepLinkInvalid(NotFound):
    """We have not made this link, or the account is kept already."""

    code = "deletion.not_found"
    message = _("This account is not being deleted.")


class TooLateToKeep(Conflict):
    """The days to change one's mind are over."""

    code = "deletion.too_late"
    message = _("It is too late: this account is being deleted.")
