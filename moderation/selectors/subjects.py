"""What somebody may report: what they can see, found anew on the server, never taken from what a client says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from accounts.selectors import user_by_id, user_for_viewer
from moderation.errors import ReportNotFound
from moderation.models import SubjectKind
from recordings.models import CaptionLine, Clip, Recording
from recordings.selectors.captions import lines_of
from recordings.selectors.clips import clip_for
from recordings.selectors.recordings import offset_ms
from recordings.selectors.replays import replay_for
from rooms.errors import Removed
from rooms.models import RoomMessage
from rooms.selectors import messages_of, participation_of, space_for_viewer
from social.models import ConversationSide, DirectMessage, Post
from social.selectors.posts import post_for_viewer
from spaces_project.lib.errors import NotFound, SpacesError

_KEY_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported. `id` is its key in the one way of writing it, `person` whom it is about: host, author, themselves."""

    kind: SubjectKind
    id: str
    person: User
    space_id: UUID | None = None


def subject_for_reporter(*, reporter: User, kind: str, subject_id: str) -> Subject:
    """What `reporter` wants to report. Raises ReportNotFound for what there is not, or what they cannot see.

    People can be reported across one's own block, not by those whom they block. Whoever was removed from a Space may still
    report what was written there before. A message written between two people is there for those two alone.
    """
    find = _FINDERS.get(kind)
    if find is None:
        raise ReportNotFound()
    try:
        return find(reporter, str(subject_id))
    except (NotFound, Removed):
        raise ReportNotFound() from None


def _space(reporter: User, subject_id: str) -> Subject:
    space = space_for_viewer(user=reporter, space_id=subject_id)
    return Subject(SubjectKind.SPACE, str(space.pk), space.host, space.pk)


def _person(reporter: User, subject_id: str) -> Subject:
    person = user_by_id(_key(subject_id))
    if person.pk != reporter.pk:
        person = user_for_viewer(person.handle, reporter)
    return Subject(SubjectKind.PERSON, str(person.pk), person)


def _room_message(reporter: User, subject_id: str) -> Subject:
    message = RoomMessage.objects.filter(pk=_key(subject_id)).only("space_id").first()
    if message is None:
        raise ReportNotFound()
    space = space_for_viewer(user=reporter, space_id=message.space_id)
    shown = messages_of(space, viewer=reporter).filter(pk=message.pk)
    mine = participation_of(space=space, user=reporter)
    if mine is not None and mine.removed_at is not None:
        shown = shown.filter(created_at__lte=mine.removed_at)
    found = shown.first()
    if found is None:
        raise ReportNotFound()
    return Subject(SubjectKind.ROOM_MESSAGE, str(found.pk), found.author, space.pk)


def _direct_message(reporter: User, subject_id: str) -> Subject:
    mine = ConversationSide.objects.filter(user=reporter).values("conversation_id")
    message = (
        DirectMessage.objects.filter(pk=_key(subject_id), conversation_id__in=mine, deleted_at__isnull=True)
        .select_related("author")
        .first()
    )
    if message is None:
        raise ReportNotFound()
    return Subject(SubjectKind.DIRECT_MESSAGE, str(message.pk), message.author)


def _post(reporter: User, subject_id: str) -> Subject:
    post: Post = post_for_viewer(user=reporter, post_id=subject_id)
    return Subject(SubjectKind.POST, str(post.pk), post.author, post.space_id)


def _caption_line(reporter: User, subject_id: str) -> Subject:
    line = CaptionLine.objects.select_related("user", "space").filter(pk=_key(subject_id)).first()
    if line is None or line.user is None:
        raise ReportNotFound()
    space = space_for_viewer(user=reporter, space_id=line.space_id)
    shown = lines_of(space).filter(pk=line.pk)
    mine = participation_of(space=space, user=reporter)
    if mine is not None and mine.removed_at is not None:
        shown = shown.filter(starts_at_ms__lte=offset_ms(space, mine.removed_at))
    if not shown.exists():
        raise ReportNotFound()
    return Subject(SubjectKind.CAPTION_LINE, str(line.pk), line.user, space.pk)


def _replay(reporter: User, subject_id: str) -> Subject:
    try:
        recording = replay_for(viewer=reporter, space_id=subject_id, now=timezone.now())
    except SpacesError:
        # Not there, not ready, or kept from them by a gate.
        raise ReportNotFound() from None
    return replay_subject(recording)


def _clip(reporter: User, subject_id: str) -> Subject:
    return clip_subject(clip_for(viewer=reporter, clip_id=subject_id, now=timezone.now()))


def replay_subject(recording: Recording) -> Subject:
    """The replay of a Space as what a case is about: its host answers for it."""
    space = recording.space
    return Subject(SubjectKind.REPLAY, str(space.pk), space.host, space.pk)


def clip_subject(clip: Clip) -> Subject:
    """A clip as what a case is about: who cut it answers for it."""
    return Subject(SubjectKind.CLIP, str(clip.pk), clip.by, clip.space_id)


def _key(text: str) -> int:
    """The number that a client sent. Raises ReportNotFound for what can be no key: PostgreSQL refuses even the question."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _KEY_DIGITS else 0
    if not 0 < number < 2**63:
        raise ReportNotFound()
    return number


# An ended Space is reported as "space", what can be heard of it as "replay".
_FINDERS: dict[str, Callable[[User, str], Subject]] = {
    SubjectKind.SPACE: _space,
    SubjectKind.PERSON: _person,
    SubjectKind.ROOM_MESSAGE: _room_message,
    SubjectKind.DIRECT_MESSAGE: _direct_message,
    SubjectKind.POST: _post,
    SubjectKind.CAPTION_LINE: _caption_line,
    SubjectKind.REPLAY: _replay,
    SubjectKind.CLIP: _clip,
}
