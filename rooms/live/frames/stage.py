"""What people do on and around the stage, and what one person alone is told of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rooms.live.frames.base import Count, Model, Nothing, Person, Ref, SpaceData, UserData, UserId
from rooms.live.frames.room import InvitedRole, PinId, QueuedRequest, SentInvitation

# The services say how long a text may be; here only what is no text of this kind at all.
Text = Annotated[str, Field(max_length=4000)]


class PitchData(SpaceData):
    """Which Space, and in a line what one has to say."""

    pitch: Text = ""
    recording_consent: bool = False


class AcceptData(SpaceData):
    """Which Space, and whether one may be recorded there."""

    recording_consent: bool = False


class OnData(SpaceData):
    """Which Space, and whom the act is on."""

    user: UserId


class InviteData(OnData):
    """Whom to invite, and to what."""

    role: InvitedRole = "speaker"


class LockData(SpaceData):
    """Whether the Space is to be locked."""

    locked: bool


class EditData(SpaceData):
    """What is to change; `topics` are slugs."""

    title: Text | None = None
    topics: Annotated[list[Text], Field(max_length=50)] | None = None
    rules: Text | None = None
    speak_policy: Text | None = None
    message_policy: Text | None = None
    guests_allowed: bool | None = None
    blocked_words: Annotated[list[Text], Field(max_length=200)] | None = None
    strict_messages: bool | None = None
    captions_wanted: bool | None = None
    captions_masked: bool | None = None
    clips_allowed: bool | None = None


class PinData(SpaceData):
    """A link, a few words, or both."""

    url: Text = ""
    title: Text = ""


class UnpinData(SpaceData):
    """Which pin."""

    pin: PinId


class StageRequest(Model):
    """Ask to speak."""

    type: Literal["stage.request"]
    ref: Ref
    data: PitchData


class StageRequestWithdraw(Model):
    """Ask no longer."""

    type: Literal["stage.request_withdraw"]
    ref: Ref
    data: SpaceData


class StageRequestAccept(Model):
    """Put somebody who asks on stage."""

    type: Literal["stage.request_accept"]
    ref: Ref
    data: OnData


class StageRequestDecline(Model):
    """Say no to somebody who asks."""

    type: Literal["stage.request_decline"]
    ref: Ref
    data: OnData


class StageRequestsClear(Model):
    """Say no to all who ask."""

    type: Literal["stage.requests_clear"]
    ref: Ref
    data: SpaceData


class StageInvite(Model):
    """Invite somebody on stage, or to be a co-host."""

    type: Literal["stage.invite"]
    ref: Ref
    data: InviteData


class StageInviteWithdraw(Model):
    """Take an invitation back."""

    type: Literal["stage.invite_withdraw"]
    ref: Ref
    data: OnData


class StageInviteAccept(Model):
    """Come on stage as invited."""

    type: Literal["stage.invite_accept"]
    ref: Ref
    data: AcceptData


class StageInviteDecline(Model):
    """Say no to an invitation."""

    type: Literal["stage.invite_decline"]
    ref: Ref
    data: SpaceData


class StageStepDown(Model):
    """Leave the stage and listen."""

    type: Literal["stage.step_down"]
    ref: Ref
    data: SpaceData


class StageMute(Model):
    """Mute somebody on stage; they can unmute themselves."""

    type: Literal["stage.mute"]
    ref: Ref
    data: OnData


class StageMuteAll(Model):
    """Mute all but host and co-hosts."""

    type: Literal["stage.mute_all"]
    ref: Ref
    data: SpaceData


class StageMoveToListeners(Model):
    """Take somebody off the stage."""

    type: Literal["stage.move_to_listeners"]
    ref: Ref
    data: OnData


class SpaceRemove(Model):
    """Throw somebody out of this Space for good."""

    type: Literal["space.remove"]
    ref: Ref
    data: OnData


class SpaceLock(Model):
    """Let nobody new in, or let people in again."""

    type: Literal["space.lock"]
    ref: Ref
    data: LockData


class SpaceEdit(Model):
    """Change the Space; what is left out stays."""

    type: Literal["space.edit"]
    ref: Ref
    data: EditData


class SpacePin(Model):
    """Keep a link or a few words in sight."""

    type: Literal["space.pin"]
    ref: Ref
    data: PinData


class SpaceUnpin(Model):
    """Take a pin down."""

    type: Literal["space.unpin"]
    ref: Ref
    data: UnpinData


class SpaceHandOver(Model):
    """Make somebody on stage the host."""

    type: Literal["space.hand_over"]
    ref: Ref
    data: OnData


class SpaceEnd(Model):
    """End the Space for everybody."""

    type: Literal["space.end"]
    ref: Ref
    data: SpaceData


StageCommand = Annotated[
    StageRequest
    | StageRequestWithdraw
    | StageRequestAccept
    | StageRequestDecline
    | StageRequestsClear
    | StageInvite
    | StageInviteWithdraw
    | StageInviteAccept
    | StageInviteDecline
    | StageStepDown
    | StageMute
    | StageMuteAll
    | StageMoveToListeners
    | SpaceRemove
    | SpaceLock
    | SpaceEdit
    | SpacePin
    | SpaceUnpin
    | SpaceHandOver
    | SpaceEnd,
    Field(discriminator="type"),
]


class AddedData(Model):
    """Who asks."""

    request: QueuedRequest


class RequestRemovedData(UserData):
    """Who asks no longer, and why."""

    reason: Literal["accepted", "declined", "withdrawn", "cleared"]


class BeforeData(Model):
    """How many have asked before."""

    before: Count


class DecidedData(Model):
    """Whether one may come on stage."""

    accepted: bool


class InvitationData(Model):
    """Who was invited."""

    invitation: SentInvitation


class InvitationClosedData(UserData):
    """Whose invitation is no longer open, and why."""

    reason: Literal["accepted", "declined", "withdrawn", "expired"]


class ReceivedData(Model):
    """To which Space one is invited, as what, and by whom."""

    title: str
    role: InvitedRole
    by: Person


class RequestAdded(Model):
    """To host and co-hosts: somebody asks to speak."""

    type: Literal["request.added"]
    space: UUID
    data: AddedData


class RequestRemoved(Model):
    """To host and co-hosts: a request is out of the queue."""

    type: Literal["request.removed"]
    space: UUID
    data: RequestRemovedData


class RequestsCleared(Model):
    """To all in the Space: nobody is asking to speak any more."""

    type: Literal["requests.cleared"]
    space: UUID
    data: Nothing


class RequestPosition(Model):
    """To one who asks: how many are before them now."""

    type: Literal["request.position"]
    space: UUID
    data: BeforeData


class RequestDecided(Model):
    """To one who asked: what became of it."""

    type: Literal["request.decided"]
    space: UUID
    data: DecidedData


class InvitationSent(Model):
    """To host and co-hosts: somebody was invited."""

    type: Literal["invitation.sent"]
    space: UUID
    data: InvitationData


class InvitationClosed(Model):
    """To host and co-hosts: an invitation is no longer open."""

    type: Literal["invitation.closed"]
    space: UUID
    data: InvitationClosedData


class InvitationReceived(Model):
    """To the invited."""

    type: Literal["invitation.received"]
    space: UUID
    data: ReceivedData


class InvitationWithdrawn(Model):
    """To the invited: the invitation is void."""

    type: Literal["invitation.withdrawn"]
    space: UUID
    data: Nothing


class RemovedData(Model):
    """Why: nothing where it is for good; `ticket` where one may come back with another ticket."""

    reason: Literal["ticket"] | None = None


class SpaceRemoved(Model):
    """To one who was removed: they are out, and no events follow."""

    type: Literal["space.removed"]
    space: UUID
    data: RemovedData


StageNotice = Annotated[
    RequestAdded
    | RequestRemoved
    | RequestsCleared
    | RequestPosition
    | RequestDecided
    | InvitationSent
    | InvitationClosed
    | InvitationReceived
    | InvitationWithdrawn
    | SpaceRemoved,
    Field(discriminator="type"),
]
