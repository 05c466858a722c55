"""What a token may do: one table, scope × operation of the API. What is not in it is nobody's but the person's own.

Left out on purpose: whatever changes the account, its sessions, tokens and devices, whom one blocks and mutes, reports and
appeals, money, and the websocket. An operation that is new is refused to tokens until it is put here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Scope:
    """`words`: what it lets a program do, for who grants it (to be translated); `allows`: (method, name of the address)."""

    words: str
    allows: frozenset[tuple[str, str]]


def _all(method: str, *names: str) -> frozenset[tuple[str, str]]:
    return frozenset((method, f"api-{name}") for name in names)


SCOPES: dict[str, Scope] = {
    "read": Scope(
        _("See what you see: Spaces, people, posts, your calendar and your name and e-mail address"),
        _all(
            "GET",
            *("me", "me-hosting", "flags", "user", "user-followers", "user-following", "user-posts"),
            *("timeline", "post", "post-replies", "suggestions", "bubbles", "topics", "search"),
            *("spaces", "space", "space-snapshot", "space-listeners", "space-messages", "space-posts"),
            *("my-scheduled", "my-calendar", "recording"),
            *("insights", "insights-spaces", "space-insights", "roadmap"),
        ),
    ),
    "spaces": Scope(
        _("Announce, change, start, record, end and call off your Spaces"),
        _all("POST", "spaces", "space-start", "space-cancel", "space-end")
        | _all("POST", "recording-start", "recording-stop", "recording-retry")
        | _all("PATCH", "space")
        | _all("DELETE", "space-series", "recording"),
    ),
    "stage": Scope(
        _(
            "Run the stage of your Spaces: invite, accept, mute, move, remove, lock, hand over, approve messages"
        ),
        _all("GET", "space-requests")
        | _all("POST", "space-request-accept", "space-request-decline", "space-invitations")
        | _all("POST", "space-mute-all", "space-mute", "space-move-to-listeners", "space-remove")
        | _all("POST", "space-hand-over", "space-message-approve", "space-message-decline")
        | _all("PUT", "space-lock")
        | _all("DELETE", "space-invitation", "space-message"),
    ),
    "rooms": Scope(
        _("Join Spaces for you: listen, ask to speak, speak, write, react, pin, be reminded"),
        _all("POST", "space-join", "space-audio-connected", "space-leave", "space-requests")
        | _all("POST", "space-invitation-accept", "space-invitation-decline", "space-step-down")
        | _all("POST", "space-messages", "space-reactions", "space-pins", "space-posts", "recording-consent")
        | _all("PUT", "space-mic", "space-reminder")
        | _all("DELETE", "space-requests", "space-my-request", "space-pin", "space-reminder"),
    ),
    "posts": Scope(
        _("Post, reply, like and delete posts for you"),
        _all("POST", "posts", "post-replies")
        | _all("PUT", "post-like")
        | _all("DELETE", "post", "post-like"),
    ),
    "follows": Scope(
        _("Follow people and topics for you, and stop"),
        _all("PUT", "user-follow", "topic-follow") | _all("DELETE", "user-follow", "topic-follow"),
    ),
    "inbox": Scope(
        _("Read your notifications and direct messages, and write messages for you"),
        _all("GET", "notifications", "conversations", "conversation", "conversation-messages")
        | _all("POST", "notifications-seen", "notification-read", "conversation-read")
        | _all("POST", "conversation-messages", "user-messages"),
    ),
}


def scope_for(method: str, name: str) -> str | None:
    """The scope that an operation takes; None for one that no token may do. `name` is that of its address."""
    wanted = ("GET" if method == "HEAD" else method, name)
    return next((scope for scope, one in SCOPES.items() if wanted in one.allows), None)


def in_order(scopes: Iterable[str]) -> list[str]:
    """The scopes of the table that are among `scopes`, each once."""
    chosen = set(scopes)
    return [scope for scope in SCOPES if scope in chosen]
