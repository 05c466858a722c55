"""What a notification says: one place for the centre, toasts, the API, e-mail and push."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import person_card
from social.models import Kind, Notification
from spaces_project.lib.dates import day_and_time, day_and_time_of_year
from spaces_project.lib.zones import UnknownZone, zone_named


@dataclass(frozen=True, slots=True)
class Words:
    """A line that says what happened, a second one about what (may be ""), and the path on this site it leads to."""

    title: str
    text: str
    url: str


def words(notification: Notification) -> Words:
    """The words of a notification; times in it are in the zone of its reader, which is named. Reads `actor` and `user`."""
    return _WORDS.get(notification.kind, _other)(notification)


def _name(notification: Notification) -> str:
    return notification.actor.display_name if notification.actor else _("Somebody")


def _said(notification: Notification, name: str) -> str:
    """What `data` has under that name, as text."""
    return str(notification.data.get(name) or "")


def _title(notification: Notification) -> str:
    """The Space's title, in the quotation marks of a title within a sentence."""
    title = _said(notification, "title")
    return f"“{title}”" if title else _("A Space")


def _space_url(notification: Notification) -> str:
    if notification.space_id is None:
        return reverse("notifications")
    return reverse("space", args=[notification.space_id])


def _at(notification: Notification, name: str = "at", *, with_year: bool = False) -> str:
    """The time in `data[name]` (ISO 8601): "Fri 3 May, 18:00 (Europe/Berlin)"; "" without one."""
    try:
        moment = datetime.fromisoformat(_said(notification, name))
    except ValueError:
        return ""
    zone: tzinfo = UTC
    zone_name = notification.user.time_zone or "UTC"
    try:
        zone = zone_named(zone_name)
    except UnknownZone:
        zone_name = "UTC"
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    words = day_and_time_of_year(local) if with_year else day_and_time(local)
    return f"{words} ({zone_name.replace('_', ' ')})"


def _live(notification: Notification) -> Words:
    return Words(
        _("{name} is live").format(name=_name(notification)),
        _said(notification, "title"),
        _space_url(notification),
    )


def _invited(notification: Notification) -> Words:
    name = _name(notification)
    if _said(notification, "role") == "cohost":
        title = _("{name} invites you to co-host").format(name=name)
    else:
        title = _("{name} invites you to speak").format(name=name)
    return Words(title, _said(notification, "title"), _space_url(notification))


def _accepted(notification: Notification) -> Words:
    return Words(
        _("{name} has brought you on stage").format(name=_name(notification)),
        _said(notification, "title"),
        _space_url(notification),
    )


def _follower(notification: Notification) -> Words:
    url = notification.actor.get_absolute_url() if notification.actor else reverse("notifications")
    return Words(_("{name} follows you").format(name=_name(notification)), "", url)


def _mention(notification: Notification) -> Words:
    line = _("{name} replied to you") if notification.event == "reply" else _("{name} mentioned you")
    url = reverse("notifications")
    if notification.post_id is not None:
        url = reverse("post", args=[notification.post_id])
    return Words(line.format(name=_name(notification)), _said(notification, "text"), url)


def _message(notification: Notification) -> Words:
    conversation = _said(notification, "conversation")
    url = reverse("conversation", args=[conversation]) if conversation else reverse("inbox")
    return Words(_("{name} wrote to you").format(name=_name(notification)), _said(notification, "text"), url)


# By event: the line, with the Space's title, and whether its time stands below.
_REMINDERS = {
    "soon": (gettext_lazy("{title} starts soon"), True),
    "live": (gettext_lazy("{title} is live"), False),
    "moved": (gettext_lazy("{title} has a new time"), True),
    "cancelled": (gettext_lazy("{title} is cancelled"), False),
    "expired": (gettext_lazy("{title} did not start"), False),
    "host_soon": (gettext_lazy("Your Space {title} starts soon"), True),
    "host_start": (gettext_lazy("It is time to start {title}"), False),
}


def _reminder(notification: Notification) -> Words:
    line, has_time = _REMINDERS.get(notification.event, ("{title}", True))
    text = _at(notification) if has_time else ""
    if not text and notification.event in ("live", "cancelled", "expired") and notification.actor:
        text = _("Hosted by {name}").format(name=_name(notification))
    return Words(line.format(title=_title(notification)), text, _space_url(notification))


# By event: the line, with what it was about ("a post", a Space's title).
_DECISIONS = {
    "warn": gettext_lazy("The moderators warn you"),
    "delete_content": gettext_lazy("The moderators have deleted {what} of yours"),
    "remove": gettext_lazy("The moderators have removed you from {what}"),
    "end_space": gettext_lazy("The moderators have ended {what}"),
    "suspend": gettext_lazy("Your account is suspended"),
    "withdraw_hosting": gettext_lazy("You may not host Spaces any more"),
    "withdraw_selling": gettext_lazy("You may not sell tickets any more"),
    "restore": gettext_lazy("The moderators have lifted a decision about you"),
    "over": gettext_lazy("{what} is over"),
    "appeal_upheld": gettext_lazy("We looked at it again: our decision stands"),
    "appeal_overturned": gettext_lazy("We looked at it again, and took our decision back"),
    "report_decided": gettext_lazy("We have looked at what you reported"),
}


def _moderation(notification: Notification) -> Words:
    """`data`: "what" it was about, "why", "until" (ISO 8601; "" for good), "url" of what the person can do about it."""
    line = _DECISIONS.get(notification.event)
    if line is None:
        return _other(notification)
    why, until = _said(notification, "why"), _at(notification, "until", with_year=True)
    text = " ".join(part for part in (why, _("Until {until}.").format(until=until) if until else "") if part)
    return Words(
        line.format(what=_said(notification, "what") or _("something")), text, _our_url(notification)
    )


def _other(notification: Notification) -> Words:
    """Kinds of apps above say it themselves: `data` has "line", and perhaps "text" and "url"."""
    line = _said(notification, "line") or str(Kind(notification.kind).label)
    return Words(line, _said(notification, "text"), _our_url(notification))


def _our_url(notification: Notification) -> str:
    """The path in `data["url"]` if it is one of this site, else that of the Space."""
    url = _said(notification, "url")
    is_ours = url.startswith("/") and not url.startswith("//")
    return url if is_ours else _space_url(notification)


_WORDS: dict[str, Callable[[Notification], Words]] = {
    Kind.LIVE: _live,
    Kind.INVITED: _invited,
    Kind.REQUEST_ACCEPTED: _accepted,
    Kind.FOLLOWER: _follower,
    Kind.MENTION: _mention,
    Kind.MESSAGE: _message,
    Kind.REMINDER: _reminder,
    Kind.MODERATION: _moderation,
}


def notification_card(notification: Notification) -> dict[str, Any]:
    """A notification as frames and the API show it (docs/protocol.md). Reads `actor` and `user`."""
    said = words(notification)
    return {
        "id": str(notification.pk),
        "kind": notification.kind,
        "event": notification.event,
        "title": said.title,
        "text": said.text,
        "url": said.url,
        "actor": person_card(notification.actor) if notification.actor else None,
        "space": str(notification.space_id) if notification.space_id else None,
        "created_at": notification.created_at,
        "read": notification.read_at is not None,
    }
