"""What was decided, in words for the person concerned."""

from django.utils.translation import gettext_lazy as _

from moderation.models import Act, Decision

_WORDS = {
    Act.WARN: _("The moderators warn you"),
    Act.DELETE_CONTENT: _("The moderators have deleted something of yours"),
    Act.REMOVE: _("The moderators have removed you from a Space"),
    Act.END_SPACE: _("The moderators have ended your Space"),
    Act.SUSPEND: _("Your account is suspended"),
    Act.WITHDRAW_HOSTING: _("You may not host Spaces"),
    Act.WITHDRAW_SELLING: _("You may not sell tickets"),
    Act.RESTORE: _("The moderators have lifted a decision about you"),
}


def decided(decision: Decision) -> str:
    """One line; what was taken back is told as such beside it."""
    return str(_WORDS.get(Act(decision.act)) or decision.get_act_display())
