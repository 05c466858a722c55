"""What can be seen of a thing that is reported, as plain data for `Evidence.data`: the takers of `EVIDENCE_TAKERS`.

Each takes the case and returns a dict, or None where there is nothing (any more). Times are ISO 8601, keys of people and things
are text, as in the API. Deleted messages are in it, and say so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from moderation.models import Case
from recordings.models import CaptionLine, Clip, Recording
from recordings.selectors.recordings import moment_of
from recordings.selectors.replays import title_of
from rooms.models import Participation, RoomMessage, Space
from rooms.selectors import listener_count, stage_of
from social.models import DirectMessage, Post

SPACE_MESSAGES = 50
AROUND = 10
POSTS = 20
# More than anybody says in an hour; what comes later is left out.
LINES = 1_500


def space(case: Case) -> dict[str, Any] | None:
    """Title, host, rules, who is on stage, how many listen, what is pinned."""
    found = Space.objects.for_cards().filter(pk=case.space_id).first() if case.space_id else None
    if found is None:
        return None
    return _space(found) | {
        "description": found.description,
        "rules": found.rules,
        "language": found.language,
        "topics": [topic.name for topic in found.topics.all()],
        "scheduled_at": _at(found.scheduled_at),
        "started_at": _at(found.started_at),
        "ended_at": _at(found.ended_at),
        "listeners": listener_count(found),
        "stage": [
            _person(one.user) | {"role": one.role, "muted": one.muted, "present": one.is_present}
            for one in stage_of(found)
        ],
        "pins": [
            {"url": pin.url, "title": pin.title, "by": _person(pin.by)}
            for pin in found.pins.select_related("by")
        ],
    }


def space_messages(case: Case) -> dict[str, Any] | None:
    """The last messages written in the Space."""
    if case.space_id is None:
        return None
    found = RoomMessage.objects.filter(space_id=case.space_id).select_related("author", "deleted_by")
    messages = found.order_by("-pk")[:SPACE_MESSAGES]
    return _messages(reversed(messages))


def person(case: Case) -> dict[str, Any] | None:
    """The profile, and the live Space they are in."""
    found = case.person
    if found is None:
        return None
    inside = Participation.objects.filter(
        user=found, space__state=Space.State.LIVE, left_at__isnull=True, removed_at__isnull=True
    )
    now_in = inside.select_related("space__host").order_by("-joined_at").first()
    return _person(found) | {
        "bio": found.bio,
        "picture": found.picture_url,
        "followers": found.follower_count,
        "following": found.following_count,
        "joined_at": _at(found.date_joined),
        "space": _space(now_in.space) | {"role": now_in.role} if now_in else None,
    }


def person_posts(case: Case) -> dict[str, Any] | None:
    """What the person posted last, replies among it."""
    found = Post.objects.filter(author_id=case.person_id, deleted_at__isnull=True).select_related("author")
    posts = [_post(one) for one in found.order_by("-pk")[:POSTS]]
    return {"posts": posts} if posts else None


def room_message(case: Case) -> dict[str, Any] | None:
    """The message, and what was written before and after it in the same Space."""
    found = RoomMessage.objects.filter(pk=case.subject_id).first()
    if found is None:
        return None
    around = RoomMessage.objects.filter(space_id=found.space_id).select_related("author", "deleted_by")
    return _messages(_around(around, found.pk))


def direct_message(case: Case) -> dict[str, Any] | None:
    """The message, and what was written before and after it in the same conversation."""
    found = DirectMessage.objects.filter(pk=case.subject_id).first()
    if found is None:
        return None
    around = DirectMessage.objects.filter(conversation_id=found.conversation_id).select_related("author")
    return _messages(_around(around, found.pk))


def caption_line(case: Case) -> dict[str, Any] | None:
    """The line, and what was said before and after it in the same Space."""
    found = CaptionLine.objects.filter(pk=case.subject_id).first()
    if found is None:
        return None
    around = CaptionLine.objects.filter(space_id=found.space_id).select_related("user", "space")
    place = Q(starts_at_ms=found.starts_at_ms, pk__gt=found.pk) | Q(starts_at_ms__gt=found.starts_at_ms)
    before = list(around.exclude(place).order_by("-starts_at_ms", "-pk")[: AROUND + 1])
    return _said(before[::-1] + list(around.filter(place).order_by("starts_at_ms", "pk")[:AROUND]))


def space_captions(case: Case) -> dict[str, Any] | None:
    """The last lines of what was said in the Space."""
    if case.space_id is None:
        return None
    found = CaptionLine.objects.filter(space_id=case.space_id).select_related("user", "space")
    return _said(reversed(found.order_by("-starts_at_ms", "-pk")[:SPACE_MESSAGES]))


def post(case: Case) -> dict[str, Any] | None:
    """The post, what it answers, and how many answered."""
    found = Post.objects.filter(pk=case.subject_id).select_related("author", "parent__author").first()
    if found is None:
        return None
    parent = _post(found.parent) if found.parent else None
    return _post(found) | {"parent": parent}


def replay(case: Case) -> dict[str, Any] | None:
    """What the replay is called, how long it is, how often it was heard, and what was said in it. The sound itself is not kept:
    who deletes a replay deletes it."""
    recording = Recording.objects.filter(space=case.space_id).select_related("space").first()
    if recording is None or recording.state == Recording.State.DELETED:
        return None
    return {
        "title": title_of(recording),
        "duration_ms": recording.duration_ms,
        "trimmed_ms": recording.trimmed_ms,
        "plays": recording.plays,
        "ready_at": _at(recording.ready_at),
        "expires_at": _at(recording.expires_at),
        "lines": _lines(CaptionLine.objects.filter(space=case.space_id)),
    }


def clip(case: Case) -> dict[str, Any] | None:
    """The clip's caption, when and where in the Space it is, and what is said in it."""
    found = Clip.objects.filter(pk=case.subject_id).select_related("by", "space__host").first()
    if found is None or found.state == Clip.State.DELETED:
        return None
    ends_ms = found.starts_at_ms + found.duration_ms
    said = CaptionLine.objects.filter(
        space=found.space, starts_at_ms__lt=ends_ms, ends_at_ms__gt=found.starts_at_ms
    )
    return {
        "id": str(found.pk),
        "by": _person(found.by),
        "caption": found.caption,
        "starts_at_ms": found.starts_at_ms,
        "duration_ms": found.duration_ms,
        "plays": found.plays,
        "created_at": _at(found.created_at),
        "space": _space(found.space),
        "lines": _lines(said),
    }


def _lines(found: QuerySet[CaptionLine]) -> list[dict[str, Any]]:
    shown = found.filter(removed_at__isnull=True).order_by("starts_at_ms", "pk")[:LINES]
    return [
        {"at_ms": line.starts_at_ms, "name": line.speaker_name, "text": line.text, "user": str(line.user_id)}
        for line in shown
    ]


def _around(messages: Any, key: int) -> list[Any]:
    before = list(messages.filter(pk__lte=key).order_by("-pk")[: AROUND + 1])
    after = list(messages.filter(pk__gt=key).order_by("pk")[:AROUND])
    return before[::-1] + after


def _messages(messages: Iterable[RoomMessage | DirectMessage]) -> dict[str, Any] | None:
    rows = [_message(one) for one in messages]
    return {"messages": rows} if rows else None


def _message(message: RoomMessage | DirectMessage) -> dict[str, Any]:
    row = {
        "id": str(message.pk),
        "author": _person(message.author),
        "text": message.text,
        "created_at": _at(message.created_at),
        "deleted_at": _at(message.deleted_at),
    }
    if isinstance(message, RoomMessage):
        return row | {"deleted_by": _person(message.deleted_by) if message.deleted_by else None}
    return row | {"space": str(message.space_id) if message.space_id else None}


def _said(lines: Iterable[CaptionLine]) -> dict[str, Any] | None:
    rows = [_said_line(one) for one in lines]
    return {"lines": rows} if rows else None


def _said_line(line: CaptionLine) -> dict[str, Any]:
    author = _person(line.user) if line.user else {"id": "", "handle": "", "name": line.speaker_name}
    return {
        "id": str(line.pk),
        "author": author,
        "text": line.text,
        "created_at": _at(moment_of(line.space, line.starts_at_ms)),
        "deleted_at": _at(line.removed_at),
        "masked": line.masked,
        "engine": line.engine,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": str(post.pk),
        "author": _person(post.author),
        "text": post.text,
        "space": str(post.space_id) if post.space_id else None,
        "created_at": _at(post.created_at),
        "deleted_at": _at(post.deleted_at),
        "likes": post.like_count,
        "replies": post.reply_count,
    }


def _space(space: Space) -> dict[str, Any]:
    return {"id": str(space.pk), "title": space.title, "state": space.state, "host": _person(space.host)}


def _person(user: User) -> dict[str, Any]:
    return {"id": str(user.pk), "handle": user.handle, "name": user.display_name}


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
