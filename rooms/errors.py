"""The refusals of a Space, with their stable codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from spaces_project.lib.errors import Conflict, Invalid, NotAllowed, NotFound, SpacesError


class BlockedOnStage(Conflict):
    """Who asked to be warned blocks somebody who is on stage."""

    code = "space.blocked_on_stage"
    message = gettext_noop("Somebody you blocked is on stage.")


class SpaceNotFound(NotFound):
    """No such Space, or none that the asker may see."""

    code = "space.not_found"
    message = gettext_noop("This Space does not exist.")


class TopicNotFound(NotFound):
    """No topic has this slug."""

    code = "topic.not_found"
    message = gettext_noop("This topic does not exist.")


class SpaceEnded(Conflict):
    """The Space is over."""

    code = "space.ended"
    status = 410
    message = gettext_noop("This Space has ended.")


class SpaceNotStarted(Conflict):
    """The Space is announced and not on air yet."""

    code = "space.not_started"
    message = gettext_noop("This Space has not started yet.")


class NotWaiting(Conflict):
    """What is done before a start comes too late, or the Space was never announced."""

    code = "schedule.not_scheduled"
    message = gettext_noop("This Space is not waiting for its start any more.")


class ScheduledTooMany(Conflict):
    """The host has `SPACES_SCHEDULED_MAX` Spaces that wait for their start."""

    code = "schedule.too_many"
    message = gettext_noop("You have as many scheduled Spaces as one can have. Start or cancel one first.")


class TooEarly(Conflict):
    """The start is further away than `SPACES_START_EARLY_MINUTES`."""

    code = "schedule.too_early"
    message = gettext_noop("It is too early to start this Space.")


class AlreadyLive(Conflict):
    """A host is on air once at a time."""

    code = "space.already_live"
    message = gettext_noop("You are already live in another Space. End it first.")


class MayNotHost(Conflict):
    """Staff do not let the one to be handed the Space host (`HOSTING_GATES`)."""

    code = "space.may_not_host"
    message = gettext_noop("This person may not host.")


class NotInSpace(Conflict):
    """The act needs somebody who has joined."""

    code = "space.not_joined"
    message = gettext_noop("Join the Space first.")


class Superseded(Conflict):
    """A newer join of the same account has taken over."""

    code = "space.superseded"
    message = gettext_noop("You joined this Space from another device.")


class Removed(Conflict):
    """Whoever was removed from a Space stays out of it."""

    code = "space.removed"
    status = 403
    message = gettext_noop("You were removed from this Space and cannot come back to it.")


class SpaceLocked(Conflict):
    """The host lets nobody new in."""

    code = "space.locked"
    status = 403
    message = gettext_noop("The host has locked this Space. Nobody new can come in.")


class NotInRoom(Conflict):
    """The person acted on is not in this Space."""

    code = "space.not_in_room"
    message = gettext_noop("This person is not in the Space.")


class AboveYourRole(NotAllowed):
    """The person acted on stands too high for the one who acts."""

    code = "space.above_your_role"
    message = gettext_noop("You may not do that to this person.")


class StageFull(Conflict):
    """`SPACES_SPEAKERS_MAX` people are on stage."""

    code = "stage.full"
    message = gettext_noop("The stage is full. Somebody has to step down first.")


class CohostsFull(Conflict):
    """The Space has `SPACES_COHOSTS_MAX` co-hosts."""

    code = "stage.cohosts_full"
    message = gettext_noop("This Space has all the co-hosts it can have.")


class RequestsClosed(Conflict):
    """The Space's setting does not let this person ask to speak."""

    code = "stage.requests_closed"
    status = 403
    message = gettext_noop("In this Space you cannot ask to speak.")


class NoRequest(Conflict):
    """The person has not asked to speak, or it has been decided."""

    code = "stage.no_request"
    message = gettext_noop("This person is not asking to speak.")


class NotInvited(Conflict):
    """There is no invitation (any more)."""

    code = "stage.not_invited"
    message = gettext_noop("There is no invitation for you here.")


class CannotInvite(Conflict):
    """Only people in the room, and followers, can be invited."""

    code = "stage.cannot_invite"
    message = gettext_noop(
        "You can invite people who are in the room, and people who follow you or the host."
    )


class AlreadyOnStage(Conflict):
    """Who is on stage needs neither to ask nor to be invited."""

    code = "stage.already_on_stage"
    message = gettext_noop("This person is on stage already.")


class NotOnStage(Conflict):
    """The person acted on is not on stage."""

    code = "stage.not_on_stage"
    message = gettext_noop("This person is not on stage.")


class PinsFull(Conflict):
    """The Space has `SPACES_PINS_MAX` pins."""

    code = "space.pins_full"
    message = gettext_noop("There is no room for another pin. Take one down first.")


class MessagesOff(NotAllowed):
    """The Space's setting lets nobody write."""

    code = "message.off"
    message = gettext_noop("The host has switched messages off.")


class FollowersOnly(NotAllowed):
    """The Space's setting lets those on stage write, and followers of the host."""

    code = "message.followers_only"
    message = gettext_noop("In this Space only people who follow the host can write.")


class MessageFiltered(Invalid):
    """The message has a word in it that the host does not want."""

    code = "message.filtered"

    def __init__(self, word: str) -> None:
        text = _("The host does not allow “{word}” in this chat.").format(word=word)
        super().__init__(text, fields={"text": [text]})


class MessageNotHeld(Conflict):
    """Only what waits can be let through or turned down."""

    code = "message.not_held"
    message = gettext_noop("This message is not waiting.")


class MessageNotFound(NotFound):
    """No such message in this Space."""

    code = "message.not_found"
    message = gettext_noop("This message does not exist.")


class GuestsNotAllowed(NotAllowed):
    """Only people with an account may listen to this Space."""

    code = "space.guests_not_allowed"
    message = gettext_noop("Sign in to listen to this Space.")


class GuestTokenInvalid(SpacesError):
    """Not a token of ours for this Space, or one that is too old."""

    code = "guest.token_invalid"
    message = gettext_noop("This guest token is wrong or has expired. Join again.")


class GuestSignedIn(Conflict):
    """Whoever has an account joins with it."""

    code = "guest.signed_in"
    message = gettext_noop("You are signed in. Join with your account.")


class NotScheduled(Conflict):
    """One can be reminded of a Space that is to come alone."""

    code = "reminder.not_scheduled"
    message = gettext_noop("There is nothing to be reminded of: this Space is not ahead any more.")


class ReminderNotTold(Conflict):
    """What was never told cannot be told again."""

    code = "reminder.not_told"
    message = gettext_noop("This person has not been told anything about this Space yet.")


class ReminderTooLate(Conflict):
    """Told now it would make no sense."""

    code = "reminder.too_late"
    message = gettext_noop("What this person was told last no longer holds.")
