"""What staff do about feedback: answer it, gather what says the same, keep the list. All of it is in the audit log."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from feedback.errors import ItemNotFound
from feedback.models import (
    TITLE_MAX_LENGTH,
    Feedback,
    FeedbackState,
    ItemState,
    RoadmapItem,
)
from feedback.services.sending import vote_note
from feedback.services.telling import tell_answered, tell_item_moved, tell_merged
from moderation.permissions import Right, require_staff
from spaces_project.lib import audit
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line, clean_text


def feedback_answer(*, feedback: Feedback, by: User, state: str, answer: str, now: datetime) -> Feedback:
    """Say something to it, and how far it is; its author is told. Answered again, the new answer counts.

    `state` is any FeedbackState but "new"; "answered" and "declined" say why. Raises NotAllowed (`staff.not_allowed`), Invalid.
    """
    require_staff(by, Right.FEEDBACK, now=now)
    answer = clean_text(answer, lines=settings.FEEDBACK_MAX_LINES)
    fields: dict[str, list[str]] = {}
    if state not in FeedbackState.values or state == FeedbackState.NEW:
        fields["state"] = [_("Choose one.")]
    if not answer and state in (FeedbackState.ANSWERED, FeedbackState.DECLINED):
        fields["answer"] = [_("Say it in a few words: the person reads this.")]
    if len(answer) > settings.FEEDBACK_ANSWER_MAX_LENGTH:
        fields["answer"] = [_("At most %(n)s characters.") % {"n": settings.FEEDBACK_ANSWER_MAX_LENGTH}]
    if fields:
        raise Invalid(fields=fields)
    with transaction.atomic():
        found = Feedback.objects.select_for_update(of=("self",)).select_related("author").get(pk=feedback.pk)
        if (found.state, found.answer) == (state, answer or found.answer):
            return found
        found.state, found.answer, found.changed_at = state, answer or found.answer, now
        if answer:
            found.answered_at, found.answered_by = now, by
        found.save(update_fields=["state", "answer", "changed_at", "answered_at", "answered_by"])
        _record("feedback.answer", by, found, {"state": state}, now)
        tell_answered(found, now=now)
    return found


def feedback_merge(*, feedback_ids: Collection[int], item: RoadmapItem, by: User, now: datetime) -> int:
    """Say that these say the same as an item of the list: they are as far as it from now on, their authors are told, and
    count as votes for it where it takes any. Returns how many were not part of it before.

    Raises NotAllowed, ItemNotFound for an item that is gone.
    """
    require_staff(by, Right.FEEDBACK, now=now)
    with transaction.atomic():
        # The item first, then what belongs to it, in the order of keys: as `item_edit` does.
        locked = RoadmapItem.objects.select_for_update().filter(pk=item.pk).first()
        if locked is None:
            raise ItemNotFound()
        rows = Feedback.objects.filter(pk__in=feedback_ids).exclude(item=locked).select_related("author")
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for one in found:
            one.item, one.state, one.changed_at = locked, FeedbackState(locked.state), now
            one.save(update_fields=["item", "state", "changed_at"])
            _record("feedback.merge", by, one, {"item": locked.pk}, now)
            if locked.takes_votes:
                vote_note(user=one.author, item=locked, now=now)
            tell_merged(one, now=now)
    return len(found)


def item_create(
    *, by: User, title: str, text: str = "", state: str = ItemState.PLANNED, now: datetime
) -> RoadmapItem:
    """Put something on the list. Raises NotAllowed, Invalid."""
    require_staff(by, Right.FEEDBACK, now=now)
    title, text = _checked(title, text, state)
    with transaction.atomic():
        item = RoadmapItem.objects.create(
            title=title,
            text=text,
            state=state,
            created_at=now,
            changed_at=now,
            shipped_at=now if state == ItemState.SHIPPED else None,
        )
        _record("roadmap.create", by, item, {"state": state}, now)
    return item


def item_edit(
    *, item: RoadmapItem, by: User, title: str, text: str, state: str, now: datetime
) -> RoadmapItem:
    """Change its words, or how far it is: what belongs to it goes along, and everybody who voted for it is told of a move.

    Raises NotAllowed, Invalid, ItemNotFound.
    """
    require_staff(by, Right.FEEDBACK, now=now)
    title, text = _checked(title, text, state)
    with transaction.atomic():
        found = RoadmapItem.objects.select_for_update().filter(pk=item.pk).first()
        if found is None:
            raise ItemNotFound()
        has_moved = found.state != state
        if not has_moved and (found.title, found.text) == (title, text):
            return found
        found.title, found.text, found.state, found.changed_at = title, text, state, now
        if has_moved:
            found.shipped_at = now if state == ItemState.SHIPPED else None
        found.save(update_fields=["title", "text", "state", "changed_at", "shipped_at"])
        _record("roadmap.edit", by, found, {"state": state}, now)
        if has_moved:
            Feedback.objects.filter(item=found).update(state=state, changed_at=now)
            tell_item_moved(found, now=now)
    return found


def _checked(title: str, text: str, state: str) -> tuple[str, str]:
    title, text = clean_line(title), clean_text(text, lines=settings.FEEDBACK_MAX_LINES)
    fields: dict[str, list[str]] = {}
    if not title:
        fields["title"] = [_("Give it a name.")]
    elif len(title) > TITLE_MAX_LENGTH:
        fields["title"] = [_("At most %(n)s characters.") % {"n": TITLE_MAX_LENGTH}]
    if len(text) > settings.FEEDBACK_MAX_LENGTH:
        fields["text"] = [_("At most %(n)s characters.") % {"n": settings.FEEDBACK_MAX_LENGTH}]
    if state not in ItemState.values:
        fields["state"] = [_("Choose one.")]
    if fields:
        raise Invalid(fields=fields)
    return title, text


def _record(
    act: str, by: User, about: Feedback | RoadmapItem, data: dict[str, object], now: datetime
) -> None:
    kind = "feedback" if isinstance(about, Feedback) else "roadmap_item"
    audit.record(act=act, by=by, target_kind=kind, target_id=about.pk, data=data, now=now)
