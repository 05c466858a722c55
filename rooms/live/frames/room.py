"""The room as a client draws it, and every change of it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import (
    Count,
    EndReason,
    Event,
    Model,
    Nothing,
    Person,
    Role,
    Seq,
    StagePerson,
    StageRole,
    Ticket,
    Topic,
    UserData,
    UserId,
)
from rooms.live.frames.captions import CaptionsCard
from rooms.live.frames.recording import RecordingCard

SpeakPolicy = Literal["everyone", "following", "invited"]
MessagePolicy = Literal["everyone", "followers", "off"]
PinId = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
InvitedRole = Literal["speaker", "cohost"]
State = Literal["scheduled", "live", "ended", "cancelled", "expired"]


class EditedData(Model):
    """What host and co-hosts may change of a Space."""

    title: str
    topics: list[Topic]
    description: str
    language: str
    recording_wanted: bool
    captions_wanted: bool
    captions_masked: bool
    clips_allowed: bool
    rules: str
    speak_policy: SpeakPolicy
    message_policy: MessagePolicy
    guests_allowed: bool
    strict_messages: bool
    locked: bool


class SpaceCard(EditedData):
    """A Space's own fields."""

    id: UUID
    state: State
    host: Person
    scheduled_at: AwareDatetime | None
    time_zone: str
    series: Annotated[str, Field(pattern=r"^[0-9]{1,19}$")] | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: EndReason | Literal[""]
    host_absent_until: AwareDatetime | None
    ticket: Ticket | None


class Pin(Model):
    """A link or a few words in everybody's sight; one of `url` and `title` may be ""."""

    id: PinId
    url: str
    title: str


class MyRequest(Model):
    """The reader asks to speak; `before` are so many others."""

    pitch: str
    asked_at: AwareDatetime
    before: Count


class MyInvitation(Model):
    """The reader is invited on stage."""

    role: InvitedRole
    by: Person


class Me(Model):
    """What the reader is in the Space; `can` names the actions that docs/permissions.md allows their role."""

    role: Role
    muted: bool
    joined: bool
    connection: str
    request: MyRequest | None
    invitation: MyInvitation | None
    can: list[str]


class QueuedRequest(Person):
    """Somebody asks to speak. `times_spoken`: in how many other Spaces they have been on stage."""

    pitch: str
    asked_at: AwareDatetime
    follower_count: Count
    times_spoken: Count


class SentInvitation(Person):
    """Somebody is invited and has not answered."""

    role: InvitedRole
    by: UserId


class Snapshot(Model):
    """All that a client draws the room from. `queue`, `invitations` and `blocked_words` are null but for host and co-hosts;
    `recording_consent` is the reader's, null for guests."""

    space: SpaceCard
    stage: list[StagePerson]
    listeners: Count
    waiting: Count
    pins: list[Pin]
    me: Me | None
    queue: list[QueuedRequest] | None
    invitations: list[SentInvitation] | None
    blocked_words: list[str] | None
    captions: CaptionsCard
    recording: RecordingCard
    recording_consent: bool | None
    seq: Seq


class EndedData(Model):
    """How the Space ended."""

    reason: EndReason
    ended_at: AwareDatetime
    duration_seconds: Count


class EndsData(Model):
    """When the Space ends by itself."""

    ends_at: AwareDatetime


class LeftData(UserData):
    """Who left the stage, and why (`left`: they had left the Space, and their seat was needed)."""

    reason: Literal["stepped_down", "moved", "removed", "left"]


class RoleData(UserData):
    """What somebody on stage is now."""

    role: StageRole


class MutedData(UserData):
    """Whether they are muted now."""

    muted: bool
    by_host: bool


class PresenceData(UserData):
    """Whether they are in the room now."""

    present: bool


class PinsData(Model):
    """All pins, as they are now."""

    pins: list[Pin]


class HostData(Model):
    """Who the host is now."""

    host: Person
    reason: Literal["handed_over", "host_left"]


class SpaceEnded(Event):
    """The Space is over."""

    type: Literal["space.ended"]
    data: EndedData


class SpaceHostLeft(Event):
    """The host is away: the grace runs."""

    type: Literal["space.host_left"]
    data: EndsData


class SpaceHostReturned(Event):
    """The host is back."""

    type: Literal["space.host_returned"]
    data: Nothing


class SpaceHostChanged(Event):
    """Somebody else is the host now; no grace runs any more. `stage.role_changed` has come before for both."""

    type: Literal["space.host_changed"]
    data: HostData


class SpaceEdited(Event):
    """The Space's own fields have changed: all of them as they are now."""

    type: Literal["space.edited"]
    data: EditedData


class SpacePinsChanged(Event):
    """Something was pinned or taken down."""

    type: Literal["space.pins_changed"]
    data: PinsData


class StageJoined(Event):
    """Somebody came on stage."""

    type: Literal["stage.joined"]
    data: StagePerson


class StageLeft(Event):
    """Somebody left the stage."""

    type: Literal["stage.left"]
    data: LeftData


class StageRoleChanged(Event):
    """Somebody on stage has another role now."""

    type: Literal["stage.role_changed"]
    data: RoleData


class StageMuted(Event):
    """Somebody on stage muted or unmuted themselves, or was muted by the host or a co-host."""

    type: Literal["stage.muted"]
    data: MutedData


class StagePresence(Event):
    """Somebody on stage came into the room or left it."""

    type: Literal["stage.presence"]
    data: PresenceData


RoomEvent = Annotated[
    SpaceEnded
    | SpaceHostLeft
    | SpaceHostReturned
    | SpaceHostChanged
    | SpaceEdited
    | SpacePinsChanged
    | StageJoined
    | StageLeft
    | StageRoleChanged
    | StageMuted
    | StagePresence,
    Field(discriminator="type"),
]
