"""What host and co-hosts do to the Space itself, and who gets out of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from rooms.audio import sfu
from rooms.errors import AboveYourRole, NotInRoom, PinsFull
from rooms.events import emit, tell_moderators
from rooms.models import (
    PIN_TITLE_MAX,
    PIN_URL_MAX,
    Invitation,
    Pin,
    Role,
    Space,
    SpeakRequest,
)
from rooms.permissions import Action, require, require_over
from rooms.selectors import edited_card, pins_of
from rooms.services.closing import close_invitations, close_requests, drop_requests_not_allowed
from rooms.services.details import checked_details
from rooms.services.expelling import expel
from rooms.services.hosting import change_host
from rooms.services.locks import locked_actor, locked_participation, locked_space, locked_target
from rooms.services.noting import note_act
from rooms.services.reconcile import reconcile_audio
from rooms.services.seats import take_off_stage
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line

_web_address = URLValidator(schemes=["http", "https"])


def space_remove(*, space: Space, by: User, user: User, now: datetime, as_staff: bool = False) -> None:
    """Throw somebody out of this Space for good: out of the sound, the stage and the queue, also when they have just left.

    `as_staff`: `by` need have no place in it; whoever calls has asked the table of staff (`moderation.permissions`).
    Removing somebody twice is removing them once. Raises SpaceEnded, NotAllowed, NotInRoom (never was in it),
    AboveYourRole (nobody removes the host; the host alone, and staff, remove co-hosts).
    """
    with transaction.atomic():
        actor = None
        if as_staff:
            space = locked_space(space.pk)
        else:
            space, actor = locked_actor(space.pk, by, Action.REMOVE)
        participation = locked_participation(space, user.pk)
        if participation is None:
            raise NotInRoom()
        if participation.removed_at is not None:
            return
        if actor is not None:
            require_over(actor, Action.REMOVE, participation)
        elif participation.role == Role.HOST:
            raise AboveYourRole(gettext("The host cannot be removed. End the Space instead."))
        if participation.on_stage:
            take_off_stage(space, participation, reason="removed", now=now)
        close_requests(space, [user.pk], state=SpeakRequest.State.DECLINED, by=by, now=now)
        close_invitations(space, to=user, state=Invitation.State.WITHDRAWN, now=now)
        expel(space, participation, now=now)
        note_act(Action.REMOVE, space=space, by=by, on=user, now=now)


def space_lock(*, space: Space, by: User, locked: bool, now: datetime) -> Space:
    """Let nobody new in, or let people in again. Who is or was inside may come back. Raises SpaceEnded, NotAllowed."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.LOCK)
        if space.is_locked != locked:
            space.locked_at = now if locked else None
            space.save(update_fields=["locked_at"])
            emit(space, "space.edited", edited_card(space))
            note_act(Action.LOCK, space=space, by=by, data={"locked": locked}, now=now)
    return space


def space_edit(
    *,
    space: Space,
    by: User,
    now: datetime,
    title: str | None = None,
    topics: Sequence[str] | None = None,
    rules: str | None = None,
    speak_policy: str | None = None,
    message_policy: str | None = None,
    guests_allowed: bool | None = None,
    blocked_words: Sequence[str] | None = None,
    strict_messages: bool | None = None,
    captions_wanted: bool | None = None,
    captions_masked: bool | None = None,
    clips_allowed: bool | None = None,
) -> Space:
    """Change what is given (None = as it is). Who may speak counts at once: requests it does not allow are cleared.

    Raises SpaceEnded, NotAllowed, Invalid with the fields at fault.
    """
    given: dict[str, Any] = {
        "title": title,
        "topics": topics,
        "rules": rules,
        "speak_policy": speak_policy,
        "message_policy": message_policy,
        "guests_allowed": guests_allowed,
        "blocked_words": blocked_words,
        "strict_messages": strict_messages,
        "captions_wanted": captions_wanted,
        "captions_masked": captions_masked,
        "clips_allowed": clips_allowed,
    }
    fields, chosen = checked_details({name: value for name, value in given.items() if value is not None})
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.EDIT)
        before, words = edited_card(space), space.blocked_words
        for name, value in fields.items():
            setattr(space, name, value)
        space.save(update_fields=list(fields))
        if chosen is not None:
            space.topics.set(chosen)
        after = edited_card(space)
        if after != before:
            emit(space, "space.edited", after)
        if space.blocked_words != words:
            tell_moderators(space, "words.changed", {"blocked_words": space.blocked_words})
        if after["speak_policy"] != before["speak_policy"]:
            drop_requests_not_allowed(space, now=now)
        if before["guests_allowed"] and not space.guests_allowed:
            look_again = partial(reconcile_audio, space=space, exists=True, now=now)
            transaction.on_commit(lambda: sfu.quietly(look_again))
    return space


def space_pin(*, space: Space, by: User, url: str = "", title: str = "", now: datetime) -> Pin:
    """Keep a link, a few words, or a link with words in everybody's sight; at most `SPACES_PINS_MAX`.

    The same pin twice is one. Raises SpaceEnded, NotAllowed, Invalid, PinsFull.
    """
    url, title = _checked_pin(url=url, title=title)
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.PIN)
        pins = Pin.objects.filter(space=space)
        if same := pins.filter(url=url, title=title).first():
            return same
        if pins.count() >= settings.SPACES_PINS_MAX:
            raise PinsFull()
        pin = Pin.objects.create(space=space, url=url, title=title, by=by, created_at=now)
        emit(space, "space.pins_changed", {"pins": pins_of(space)})
    return pin


def space_unpin(*, space: Space, by: User, pin_id: int, now: datetime) -> None:
    """Take a pin down; one that is not there is down already. Raises SpaceEnded, NotAllowed."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.UNPIN)
        if Pin.objects.filter(space=space, pk=pin_id).delete()[0]:
            emit(space, "space.pins_changed", {"pins": pins_of(space)})


def space_hand_over(*, space: Space, by: User, user: User, now: datetime) -> Space:
    """Make somebody on stage, who is in the room, the host; `by` becomes a co-host, or a speaker where those seats are taken.

    Whoever is on stage gets the same answer again when `user` is the host already. Raises SpaceEnded, NotAllowed,
    NotInRoom, NotOnStage, AlreadyLive (they are on air with another Space).
    """
    with transaction.atomic():
        space = locked_space(space.pk)
        former = locked_participation(space, by.pk)
        if former and former.on_stage and space.host_id == user.pk:
            return space
        require(former, Action.HAND_OVER)
        heir = locked_target(space, user)
        if not heir.is_present:
            raise NotInRoom()
        change_host(space, heir, reason="handed_over", now=now)
    return space


def _checked_pin(*, url: str, title: str) -> tuple[str, str]:
    """Both, cleaned. Raises Invalid."""
    url, title = url.strip(), clean_line(title)
    wrong: dict[str, list[str]] = {}
    if url:
        # Our own address may be a bare name in a house's network, which is none in the eyes of the validator.
        checked = url.replace(f"{settings.SITE_URL}/", "https://example.org/", 1)
        try:
            _web_address(checked)
        except ValidationError:
            wrong["url"] = [gettext("Enter a web address that begins with https:// or http://.")]
        if len(url) > PIN_URL_MAX:
            wrong["url"] = [gettext("Use at most {most} characters.").format(most=PIN_URL_MAX)]
    if len(title) > PIN_TITLE_MAX:
        wrong["title"] = [gettext("Use at most {most} characters.").format(most=PIN_TITLE_MAX)]
    if not url and not title:
        wrong["url"] = [gettext("Give a link or a few words.")]
    if wrong:
        raise Invalid(fields=wrong)
    return url, title
