"""What happens at once because of a decision: by the services that everybody's acts go through, as staff.

Each function is called inside the transaction of its decision, and returns what it was about, in words for the person.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services import suspension_set
from accounts.signals import send_on_commit
from moderation.errors import SubjectGone
from moderation.models import Act, Case, Decision, SubjectKind
from moderation.services.sanctions import sanction_begin
from moderation.signals import person_suspended, space_ended_by_staff
from recordings.models import CaptionLine, Clip, Recording
from recordings.services.captions import caption_remove
from recordings.services.clips import clip_delete
from recordings.services.taking_out import recording_delete
from rooms.models import RoomMessage, Space
from rooms.services.control import space_remove
from rooms.services.lifecycle import space_end
from rooms.services.messages import message_delete
from rooms.services.putting_out import person_put_out
from rooms.services.schedule import space_cancel
from social.models import DirectMessage, Post
from social.services.direct import direct_delete
from social.services.posts import post_delete
from spaces_project.lib.errors import Invalid, NotFound

Words = str | Promise
Effect = Callable[[Decision, User, datetime], Words]


def suspend(decision: Decision, by: User, now: datetime) -> Words:
    """No session, socket, token or sound of theirs lives on; their Spaces end, what they announced is cancelled."""
    person = person_of(decision)
    sanction_begin(decision, person, now=now)
    suspension_set(user=person, suspended=True)
    out = person_put_out(user=person, by=by, now=now)
    for space_id in out.ended:
        send_on_commit(space_ended_by_staff, space_id=space_id, decision_id=decision.pk)
    send_on_commit(
        person_suspended,
        user_id=person.pk,
        decision_id=decision.pk,
        space_ids=[*out.ended, *out.cancelled],
    )
    return ""


def withdraw(decision: Decision, by: User, now: datetime) -> Words:
    """They may not host, or sell, from now on; what is on air goes on."""
    sanction_begin(decision, person_of(decision), now=now)
    return ""


def warn(decision: Decision, by: User, now: datetime) -> Words:
    """They are told, and nothing else."""
    person_of(decision)
    return ""


def remove(decision: Decision, by: User, now: datetime) -> Words:
    """They are out of that Space for good."""
    space = _space_of(decision)
    space_remove(space=space, by=by, user=person_of(decision), now=now, as_staff=True)
    return f"“{space.title}”"


def end_space(decision: Decision, by: User, now: datetime) -> Words:
    """It is off air for everybody; one that is announced is cancelled."""
    space = _space_of(decision)
    if space.is_scheduled:
        space_cancel(space=space, by=by, now=now, as_staff=True)
    else:
        # One that ended a moment ago by itself has ended; the decision is written down all the same.
        space_end(space=space, by=by, now=now, reason=Space.EndReason.STAFF)
    send_on_commit(space_ended_by_staff, space_id=space.pk, decision_id=decision.pk)
    return format_lazy(gettext_lazy("your Space “{title}”"), title=space.title)


def delete_content(decision: Decision, by: User, now: datetime) -> Words:
    """What was reported is in no answer any more. Raises Invalid where the case is about nothing that can be deleted."""
    case = decision.case
    delete = _DELETE.get(case.subject_kind) if case else None
    if case is None or delete is None:
        raise Invalid(
            fields={
                "act": [
                    _("This cannot be deleted: it is no post, message, replay, line of captions or clip.")
                ]
            }
        )
    return delete(case, by, now)


def person_of(decision: Decision) -> User:
    """Whom it is about. Raises Invalid (`person`)."""
    if decision.person is None:
        raise Invalid(fields={"person": [_("Say whom this is about.")]})
    return decision.person


def space_named(space_id: UUID | None) -> Space:
    """The Space it is about. Raises Invalid (`space_id`), NotFound."""
    if space_id is None:
        raise Invalid(fields={"space_id": [_("Say which Space this is about.")]})
    space = Space.objects.filter(pk=space_id).select_related("host").first()
    if space is None:
        raise NotFound(_("This Space does not exist."), code="space.not_found")
    return space


def _space_of(decision: Decision) -> Space:
    return space_named(decision.space_id)


def _delete_post(case: Case, by: User, now: datetime) -> Words:
    post = Post.objects.filter(pk=_key(case)).first()
    if post is None:
        raise SubjectGone()
    post_delete(post=post, by=by, now=now, as_staff=True)
    return gettext_lazy("a post")


def _delete_room_message(case: Case, by: User, now: datetime) -> Words:
    message = RoomMessage.objects.filter(pk=_key(case)).select_related("space").first()
    if message is None:
        raise SubjectGone()
    message_delete(space=message.space, by=by, message_id=message.pk, now=now, as_staff=True)
    return gettext_lazy("a message")


def _delete_direct_message(case: Case, by: User, now: datetime) -> Words:
    message = DirectMessage.objects.filter(pk=_key(case)).select_related("author").first()
    if message is None:
        raise SubjectGone()
    direct_delete(by=message.author, conversation_id=message.conversation_id, message_id=message.pk, now=now)
    return gettext_lazy("a direct message")


def _remove_caption(case: Case, by: User, now: datetime) -> Words:
    line = CaptionLine.objects.filter(pk=_key(case)).select_related("space").first()
    if line is None:
        raise SubjectGone()
    caption_remove(space=line.space, by=by, line_id=line.pk, now=now, as_staff=True)
    return gettext_lazy("a line of captions")


def _delete_replay(case: Case, by: User, now: datetime) -> Words:
    space = Space.objects.filter(pk=case.subject_id).first()
    if space is None or not Recording.objects.filter(space=space).exists():
        raise SubjectGone()
    recording_delete(space=space, by=by, now=now, as_staff=True)
    return format_lazy(gettext_lazy("the replay of “{title}”"), title=space.title)


def _delete_clip(case: Case, by: User, now: datetime) -> Words:
    clip = Clip.objects.filter(pk=case.subject_id).select_related("space").first()
    if clip is None:
        raise SubjectGone()
    clip_delete(clip=clip, by=by, now=now, as_staff=True)
    return format_lazy(gettext_lazy("a clip of “{title}”"), title=clip.space.title)


def _key(case: Case) -> int:
    return int(case.subject_id)


_DELETE: dict[str, Callable[[Case, User, datetime], Words]] = {
    SubjectKind.POST: _delete_post,
    SubjectKind.ROOM_MESSAGE: _delete_room_message,
    SubjectKind.DIRECT_MESSAGE: _delete_direct_message,
    SubjectKind.CAPTION_LINE: _remove_caption,
    SubjectKind.REPLAY: _delete_replay,
    SubjectKind.CLIP: _delete_clip,
}

# Dismissing does nothing to anybody; restoring is done by moderation.services.decisions.
EFFECTS: dict[Act, Effect] = {
    Act.WARN: warn,
    Act.DELETE_CONTENT: delete_content,
    Act.REMOVE: remove,
    Act.END_SPACE: end_space,
    Act.SUSPEND: suspend,
    Act.WITHDRAW_HOSTING: withdraw,
    Act.WITHDRAW_SELLING: withdraw,
}
