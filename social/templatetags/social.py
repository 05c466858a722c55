"""How the words that people write are drawn."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from social.links import ADDRESS, MENTION, address_in

register = template.Library()

# So much of an address is shown; the whole of it is where it leads.
ADDRESS_SHOWN = 40


@register.filter
def linked(text: str) -> SafeString:
    """People's words as HTML: escaped, with their line breaks, @handles that lead to profiles and web addresses to follow.

    Nothing but http and https becomes a link, and nothing is ever fetched.
    """
    parts: list[str] = []
    at = 0
    for match in ADDRESS.finditer(text):
        address = address_in(match[0])
        if not _is_link(address):
            continue
        parts += [_with_mentions(text[at : match.start()]), _link(address)]
        at = match.start() + len(address)
    parts.append(_with_mentions(text[at:]))
    # Each part is escaped, or made by format_html.
    return mark_safe("".join(parts).replace("\n", "<br>"))  # noqa: S308


@register.filter
def post_text(post: dict[str, Any]) -> str:
    """The words of a post's card, without a link at their end that its Space's card stands for."""
    text: str = post["text"]
    if not post["space"]:
        return text
    path = post["space"]["url"]
    for address in (settings.SITE_URL + path, path):
        for end in (address, address.rstrip("/")):
            if text.endswith(end) and text[: -len(end)][-1:] in ("", " ", "\n"):
                return text[: -len(end)].rstrip()
    return text


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
        # With a name before the host, what is read first is not where it leads.
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _link(address: str) -> SafeString:
    parts = urlsplit(address)
    shown = address.split("://", 1)[1].rstrip("/")
    if len(shown) > ADDRESS_SHOWN:
        shown = shown[: ADDRESS_SHOWN - 1] + "…"
    if parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower():
        return format_html('<a href="{}">{}</a>', address, shown)
    # In a tab of its own: leaving this page would end the sound.
    return format_html('<a href="{}" rel="nofollow noopener ugc" target="_blank">{}</a>', address, shown)


def _with_mentions(text: str) -> str:
    parts: list[str] = []
    at = 0
    for match in MENTION.finditer(text):
        parts.append(escape(text[at : match.start()]))
        parts.append(format_html('<a href="{}">@{}</a>', reverse("profile", args=[match[1]]), match[1]))
        at = match.end()
    return "".join([*parts, escape(text[at:])])
