"""Direct messages: one's conversations, one of them, and the first words to somebody."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.selectors import user_by_handle, user_for_viewer
from social.errors import DirectNotFound, DirectToSelf
from social.models import ConversationSide, DirectMessage
from social.selectors import direct as selectors
from social.selectors.spaces import live_space_of
from social.services.direct import direct_delete, direct_read, direct_send
from spaces_project.lib.errors import NotFound, SpacesError
from spaces_project.lib.pages import page

CONVERSATIONS_SHOWN = 30
MESSAGES_SHOWN = 40
# The id of what htmx replaces by earlier messages.
EARLIER = "earlier"


@page
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One's conversations, the latest first; `?to=` leads to somebody by their handle."""
    me = request.user
    assert isinstance(me, User)
    error = None
    if "to" in request.GET:
        try:
            person = user_for_viewer(request.GET["to"].strip().removeprefix("@"), me)
            return redirect("message-person", person.handle)
        except NotFound as refusal:
            error = refusal
    found = selectors.conversations_of(me)
    if before := _key(request, "before"):
        found = found.filter(last_message_id__lt=before)
    sides = list(found[: CONVERSATIONS_SHOWN + 1])
    shown = sides[:CONVERSATIONS_SHOWN]
    context = {
        "sides": shown,
        "older": shown[-1].last_message_id if len(sides) > len(shown) else None,
        "is_first": not before,
        "typed": request.GET.get("to", ""),
        "error": error,
        "rings": live_space_of([side.other_id for side in shown]),
    }
    return render(request, "social/inbox.html", context, status=error.status if error else 200)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """What stands in a conversation, the newest at the foot; opening it is having read it. A post writes in it.

    htmx asks with `?before=` for earlier messages alone, the client with `?after=` for newer ones.
    """
    me = request.user
    assert isinstance(me, User)
    side = selectors.side_of(user=me, conversation_id=conversation_id)
    if request.method == "POST":
        return _send(request, me, side.other, side)
    found = selectors.messages_in(side.conversation_id)
    if "after" in request.GET:
        newer = _read(found.filter(pk__gt=_key(request, "after")), me)
        return _part(request, me, newer, side, is_newer=True)
    before = _key(request, "before")
    messages = _read(found.filter(pk__lt=before) if before else found, me)
    if request.headers.get("HX-Target") == EARLIER:
        return _part(request, me, messages, side)
    answer = _conversation(request, me, side.other, side, messages, is_newest=not before)
    if request.method == "GET" and not before and side.last_message_id > side.read_message_id:
        direct_read(user=me, conversation_id=side.conversation_id, up_to=side.last_message_id)
    return answer


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message_person(request: HttpRequest, handle: str) -> HttpResponse:
    """The conversation with somebody; where there is none yet, the first message begins it."""
    me = request.user
    assert isinstance(me, User)
    person = user_by_handle(handle)
    if person.pk == me.pk:
        raise DirectToSelf()
    side = selectors.side_with(user=me, person=person)
    if side is None:
        # Whoever blocks me is not to be found by me.
        person = user_for_viewer(handle, me)
    if request.method == "POST":
        return _send(request, me, person, side)
    if side is not None:
        return redirect("conversation", side.conversation_id)
    return _conversation(request, me, person, None, Messages([], None))


@page
@login_required
@require_POST
def message_delete(request: HttpRequest, conversation_id: int, message_id: int) -> HttpResponse:
    """Delete a message of one's own."""
    assert isinstance(request.user, User)
    direct_delete(by=request.user, conversation_id=conversation_id, message_id=message_id, now=timezone.now())
    return redirect("conversation", conversation_id)


@dataclass(frozen=True, slots=True)
class Messages:
    """A page of messages as cards, the oldest first; `earlier` is the key to ask for those before it, if there are any."""

    cards: list[dict[str, Any]]
    earlier: str | None


def _read(found: QuerySet[DirectMessage], viewer: User) -> Messages:
    rows = list(found[: MESSAGES_SHOWN + 1])
    shown = rows[:MESSAGES_SHOWN]
    cards = selectors.message_cards(shown[::-1], viewer=viewer)
    return Messages(cards, cards[0]["id"] if len(rows) > len(shown) else None)


def _part(
    request: HttpRequest, me: User, messages: Messages, side: ConversationSide, *, is_newer: bool = False
) -> HttpResponse:
    context = {"written": messages, "side": side, "me": str(me.pk), "is_newer": is_newer}
    return render(request, "social/conversation_messages.html", context)


def _conversation(
    request: HttpRequest,
    me: User,
    person: User,
    side: ConversationSide | None,
    messages: Messages,
    *,
    is_newest: bool = True,
    typed: str = "",
    error: SpacesError | None = None,
) -> HttpResponse:
    # As `me` sees them; who blocks me, or is gone, is there only in what they have written.
    try:
        seen = user_for_viewer(person.handle, me)
    except NotFound:
        seen = None
    context = {
        "person": person,
        "is_there": seen is not None,
        "is_blocked": getattr(seen, "is_blocked", False),
        "is_muted": getattr(seen, "is_muted", False),
        "may_write": selectors.may_write(author=me, to=person),
        "side": side,
        "me": str(me.pk),
        "written": messages,
        "is_newest": is_newest,
        # Where the unread begin; nothing is marked where all is unread and nothing stands before it.
        "first_new": _first_new(side, messages, me) if side else None,
        "typed": typed,
        "error": error,
        "text_max": settings.SPACES_DIRECT_MESSAGE_MAX_LENGTH,
        "rings": live_space_of([person.pk]),
    }
    return render(request, "social/conversation.html", context, status=error.status if error else 200)


def _first_new(side: ConversationSide, messages: Messages, me: User) -> str | None:
    """The first message on the page that is new to `me`."""
    new = (
        card["id"]
        for card in messages.cards
        if int(card["id"]) > side.read_message_id and card["author"]["id"] != str(me.pk)
    )
    return next(new, None) if side.unread_count else None


def _send(request: HttpRequest, me: User, to: User, side: ConversationSide | None) -> HttpResponse:
    text = request.POST.get("text", "")
    try:
        message = direct_send(author=me, to=to, text=text, now=timezone.now())
    except SpacesError as error:
        messages = _read(selectors.messages_in(side.conversation_id), me) if side else Messages([], None)
        return _conversation(request, me, to, side, messages, typed=text, error=error)
    return redirect(reverse("conversation", args=[message.conversation_id]))


def _key(request: HttpRequest, name: str) -> int:
    """A key out of the query; 0 where there is none. Raises DirectNotFound for what can be none."""
    text = request.GET.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise DirectNotFound()
    return int(text or 0)
