"""Who may do what in a live Space: the two tables that pages, API, socket and LiveKit grants ask.

`ALLOWED` says what each role may do; `MAY_ACT_ON` says, for what is done to somebody, which roles it may be done to.
`docs/permissions.md` is printed from them by a test, and a test walks every cell over HTTP and over the socket.
In a Space that is not live nothing can be done (`space.ended`), but its insights are read.
"""

from enum import StrEnum

from django.utils.translation import gettext_noop as _

from rooms.errors import AboveYourRole, NotInSpace, Removed
from rooms.models import Participation, Role
from spaces_project.lib.errors import NotAllowed


class Action(StrEnum):
    """Something a person can do in a Space; the value is the name of the socket command and the API operation."""

    LISTEN = "audio.listen"
    PUBLISH = "audio.publish"
    MIC_SET = "mic.set"
    REQUEST = "stage.request"
    REQUEST_WITHDRAW = "stage.request_withdraw"
    REQUEST_ACCEPT = "stage.request_accept"
    REQUEST_DECLINE = "stage.request_decline"
    REQUESTS_CLEAR = "stage.requests_clear"
    INVITE = "stage.invite"
    INVITE_COHOST = "stage.invite_cohost"
    INVITE_WITHDRAW = "stage.invite_withdraw"
    INVITE_ACCEPT = "stage.invite_accept"
    INVITE_DECLINE = "stage.invite_decline"
    STEP_DOWN = "stage.step_down"
    MUTE = "stage.mute"
    MUTE_ALL = "stage.mute_all"
    MOVE_TO_LISTENERS = "stage.move_to_listeners"
    REMOVE = "space.remove"
    LOCK = "space.lock"
    EDIT = "space.edit"
    PIN = "space.pin"
    UNPIN = "space.unpin"
    HAND_OVER = "space.hand_over"
    END = "space.end"
    RECORDING_START = "recording.start"
    RECORDING_STOP = "recording.stop"
    RECORDING_CONSENT = "recording.consent"
    CAPTION_REMOVE = "captions.remove"
    REACT = "space.react"
    SPACE_POST = "space.post"
    MESSAGE_POST = "message.post"
    MESSAGE_DELETE = "message.delete"
    MESSAGE_APPROVE = "message.approve"
    MESSAGE_DECLINE = "message.decline"
    INSIGHTS = "space.insights"

    @property
    def refusals(self) -> tuple[NotAllowed, ...]:
        """What `require` answers roles that may not do it; the description of the API names them."""
        return () if ALLOWED[self] == _EVERYBODY else (_refusal(self),)


_EVERYBODY = frozenset(Role)
_ON_STAGE = frozenset({Role.HOST, Role.COHOST, Role.SPEAKER})
_HOSTS = frozenset({Role.HOST, Role.COHOST})
_HOST = frozenset({Role.HOST})
_LISTENER = frozenset({Role.LISTENER})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.LISTEN: _EVERYBODY,
    Action.PUBLISH: _ON_STAGE,
    Action.MIC_SET: _ON_STAGE,
    Action.REQUEST: _LISTENER,
    Action.REQUEST_WITHDRAW: _LISTENER,
    Action.REQUEST_ACCEPT: _HOSTS,
    Action.REQUEST_DECLINE: _HOSTS,
    Action.REQUESTS_CLEAR: _HOSTS,
    Action.INVITE: _HOSTS,
    Action.INVITE_COHOST: _HOST,
    Action.INVITE_WITHDRAW: _HOSTS,
    # Whoever was invited: a co-host, too, who has accepted and says so again.
    Action.INVITE_ACCEPT: frozenset({Role.COHOST, Role.SPEAKER, Role.LISTENER}),
    Action.INVITE_DECLINE: frozenset({Role.COHOST, Role.SPEAKER, Role.LISTENER}),
    Action.STEP_DOWN: frozenset({Role.COHOST, Role.SPEAKER}),
    Action.MUTE: _HOSTS,
    Action.MUTE_ALL: _HOSTS,
    Action.MOVE_TO_LISTENERS: _HOSTS,
    Action.REMOVE: _HOSTS,
    Action.LOCK: _HOSTS,
    Action.EDIT: _HOSTS,
    Action.PIN: _HOSTS,
    Action.UNPIN: _HOSTS,
    Action.HAND_OVER: _HOST,
    Action.END: _HOST,
    Action.RECORDING_START: _HOSTS,
    Action.RECORDING_STOP: _HOSTS,
    # What one says oneself: of one on stage before the recording began.
    Action.RECORDING_CONSENT: _ON_STAGE,
    # What others said; whoever said a line may always take it out (recordings.services.captions).
    Action.CAPTION_REMOVE: _HOSTS,
    Action.REACT: _EVERYBODY,
    Action.SPACE_POST: _EVERYBODY,
    Action.MESSAGE_POST: _EVERYBODY,
    # What others wrote; whoever wrote a message may always delete it (rooms.services.messages).
    Action.MESSAGE_DELETE: _HOSTS,
    Action.MESSAGE_APPROVE: _HOSTS,
    Action.MESSAGE_DECLINE: _HOSTS,
    # What is read of it, also when it is over: who came, from where, for how long (insights).
    Action.INSIGHTS: _HOSTS,
}

# Acts on somebody: by whom → on whom. Nobody acts upwards, and the host stays until the Space is handed over.
MAY_ACT_ON: dict[Action, dict[Role, frozenset[Role]]] = {
    Action.MUTE: {
        Role.HOST: frozenset({Role.HOST, Role.COHOST, Role.SPEAKER}),
        Role.COHOST: frozenset({Role.COHOST, Role.SPEAKER}),
    },
    Action.MOVE_TO_LISTENERS: {
        Role.HOST: frozenset({Role.COHOST, Role.SPEAKER, Role.LISTENER}),
        Role.COHOST: frozenset({Role.SPEAKER, Role.LISTENER}),
    },
    Action.REMOVE: {
        Role.HOST: frozenset({Role.COHOST, Role.SPEAKER, Role.LISTENER}),
        Role.COHOST: frozenset({Role.SPEAKER, Role.LISTENER}),
    },
    Action.HAND_OVER: {Role.HOST: frozenset({Role.COHOST, Role.SPEAKER})},
}

_NOT_ON_STAGE = ("space.not_on_stage", _("You are not on stage."))
_NOT_LISTENER = ("stage.already_on_stage", _("You are on stage already."))
_NOT_MODERATOR = ("space.not_moderator", _("Only the host and the co-hosts can do that."))
_REFUSALS: dict[Action, tuple[str, str]] = {
    Action.PUBLISH: _NOT_ON_STAGE,
    Action.MIC_SET: _NOT_ON_STAGE,
    Action.RECORDING_CONSENT: _NOT_ON_STAGE,
    Action.STEP_DOWN: ("space.not_on_stage", _("Only co-hosts and speakers can step down.")),
    Action.REQUEST: _NOT_LISTENER,
    Action.REQUEST_WITHDRAW: _NOT_LISTENER,
    Action.INVITE_COHOST: ("space.not_host", _("Only the host can invite co-hosts.")),
    Action.INVITE_ACCEPT: ("stage.not_invited", _("There is no invitation for you here.")),
    Action.INVITE_DECLINE: ("stage.not_invited", _("There is no invitation for you here.")),
    Action.HAND_OVER: ("space.not_host", _("Only the host can hand this Space over.")),
    Action.END: ("space.not_host", _("Only the host can end this Space.")),
}
# What somebody who has never joined is told to do first; whatever else they try is refused as above.
_NEEDS_JOIN = frozenset(
    {
        Action.REQUEST,
        Action.REQUEST_WITHDRAW,
        Action.INVITE_ACCEPT,
        Action.REACT,
        Action.SPACE_POST,
        Action.MESSAGE_POST,
    }
)


def may(participation: Participation | None, action: Action) -> bool:
    """Whether somebody with this place in the Space may do `action`; outsiders and removed people may nothing."""
    if participation is None or participation.removed_at is not None:
        return False
    return Role(participation.role) in ALLOWED[action]


def require(participation: Participation | None, action: Action) -> Participation:
    """Return the participation if it `may`.

    Raises NotInSpace for somebody who has to join first, Removed, or NotAllowed with the code of the action's refusal.
    """
    if participation is not None and participation.removed_at is not None:
        raise Removed()
    if participation is None and action in _NEEDS_JOIN:
        raise NotInSpace()
    if participation is None or not may(participation, action):
        raise _refusal(action)
    return participation


def require_over(by: Participation, action: Action, on: Participation) -> None:
    """Raise AboveYourRole unless `by`, who may do `action`, may do it to `on`."""
    if Role(on.role) not in MAY_ACT_ON[action].get(Role(by.role), frozenset()):
        raise AboveYourRole()


def actions_of(participation: Participation | None) -> list[str]:
    """All that somebody may do, by name, in the table's order (`can` of a snapshot)."""
    return [action.value for action in Action if may(participation, action)]


def _refusal(action: Action) -> NotAllowed:
    code, message = _REFUSALS.get(action, _NOT_MODERATOR)
    return NotAllowed(message, code=code)
