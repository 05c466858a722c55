"""What was decided, in words for the person concerned."""

from moderation.models import Act, Decision

_WORDS: dict[str, str] = {
    Act.WARN: "The moderators warn you",
    Act.DELETE_CONTENT: "The moderators have deleted something of yours",
    Act.REMOVE: "The moderators have removed you from a Space",
    Act.END_SPACE: "The moderators have ended your Space",
    Act.SUSPEND: "Your account is suspended",
    Act.WITHDRAW_HOSTING: "You may not host Spaces",
    Act.WITHDRAW_SELLING: "You may not sell tickets",
    Act.RESTORE: "The moderators have lifted a decision about you",
}


def decided(decision: Decision) -> str:
    """One line; what was taken back is told as such beside it."""
    return _WORDS.get(decision.act, decision.get_act_display())
