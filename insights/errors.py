"""The refusals of insights, with their stable codes."""

from django.utils.translation import gettext_noop

from spaces_project.lib.errors import Conflict, Invalid


class JoinReportInvalid(Invalid):
    """What it says cannot have happened."""

    code = "join_report.invalid"
    message = gettext_noop("This report does not add up.")


class NothingCounted(Conflict):
    """The Space has never been on air."""

    code = "insights.not_started"
    message = gettext_noop("This Space has not started: there is nothing to count.")


class SpanUnknown(Invalid):
    """Some other number of days."""

    code = "insights.days"
    message = gettext_noop("Choose one of the numbers of days that there are.")
