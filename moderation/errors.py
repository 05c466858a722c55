"""The refusals of moderation, with their stable codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from spaces_project.lib.errors import Conflict, Invalid, NotAllowed, NotFound


class AccountSuspended(NotAllowed):
    """The person is suspended."""

    code = "account.suspended"
    message = gettext_noop("This account is suspended.")


class SecondFactorMissing(NotAllowed):
    """Staff whose session was not opened with a second factor."""

    code = "staff.second_factor"
    message = gettext_noop("Sign in with your second factor first.")


class HostingWithdrawn(NotAllowed):
    """Staff have withdrawn the right to host."""

    code = "space.hosting_withdrawn"
    message = gettext_noop(
        "The moderators do not let you host Spaces for now. Your notifications say why, and how to appeal."
    )


class SellingWithdrawn(NotAllowed):
    """Staff have withdrawn the right to sell tickets."""

    code = "ticket.selling_withdrawn"
    message = gettext_noop(
        "The moderators do not let you sell tickets for now. Your notifications say why, and how to appeal."
    )


class CaseClosed(Conflict):
    """Somebody has decided the case before."""

    code = "case.closed"
    message = gettext_noop("This case has been decided already.")


class SubjectGone(Conflict):
    """What was reported is not there any more."""

    code = "case.subject_gone"
    message = gettext_noop("What was reported is gone.")


class DecisionSelf(Invalid):
    """Nobody decides about themselves."""

    code = "decision.self"
    message = gettext_noop("You cannot decide about yourself.")


class NothingToRestore(Conflict):
    """No sanction holds (any more)."""

    code = "decision.nothing_to_restore"
    message = gettext_noop("Nothing holds for this person that could be lifted.")


class DecisionNotFound(NotFound):
    """No such decision, or none about the asker."""

    code = "decision.not_found"
    message = gettext_noop("There is no such decision about you.")


class AppealLinkInvalid(NotFound):
    """Cut off, or made up."""

    code = "appeal.link_invalid"
    message = gettext_noop("This link does not work. It may have been cut off.")


class AppealNotPossible(Conflict):
    """Decisions of this kind are not appealed against, or it has been taken back already."""

    code = "appeal.not_possible"
    message = gettext_noop("There is nothing to appeal against here.")


class AppealTwice(Conflict):
    """One asks once."""

    code = "appeal.twice"
    message = gettext_noop("You have asked us to look at this again already.")


class AppealTooLate(Conflict):
    """`SPACES_APPEAL_DAYS` are over."""

    code = "appeal.too_late"
    message = gettext_noop("The time to appeal against this is over.")


class AppealDecided(Conflict):
    """Somebody has decided it before."""

    code = "appeal.decided"
    message = gettext_noop("This appeal has been decided already.")


class AppealSamePerson(NotAllowed):
    """Whoever decided first does not decide about it again."""

    code = "appeal.same_person"
    message = gettext_noop("Somebody else than who decided first has to decide this appeal.")


class ReportNotFound(NotFound):
    """What is reported does not exist, or is not for the reporter's eyes."""

    code = "report.not_found"
    message = gettext_noop("What you want to report does not exist, or cannot be seen by you.")


class ReportSelf(Invalid):
    """Oneself, one's own Space, what one wrote oneself."""

    code = "report.self"
    message = gettext_noop("You cannot report yourself, or what is your own.")


class ReportCategoryUnknown(Invalid):
    """No category of the list, or none chosen."""

    code = "report.category"

    def __init__(self) -> None:
        message = _("Choose what is wrong.")
        super().__init__(message, fields={"category": [message]})


class ReportTooLong(Invalid):
    """More than `SPACES_REPORT_MAX_LENGTH` characters, once cleaned."""

    code = "report.too_long"

    def __init__(self, most: int) -> None:
        message = _("Use at most {most} characters.").format(most=most)
        super().__init__(message, fields={"words": [message]})
