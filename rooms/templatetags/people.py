"""Whom and what to follow, wherever a page has room for it."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.templatetags.ui import short_count
from rooms.selectors.discovery import topic_rows
from rooms.selectors.suggestions import Reason, Suggestion, suggestions

register = template.Library()

_TOPICS = 8


@register.inclusion_tag("components/suggestions.html", takes_context=True)
def suggested_people(context: Context, limit: int = 5) -> dict[str, Any]:
    """A list of people to follow, with their buttons; nothing for guests, or when there is nobody."""
    user = context.get("user")
    found = suggestions(user, limit=limit) if isinstance(user, User) else []
    return suggestion_list(context, found)


@register.inclusion_tag("components/suggestions.html", takes_context=True)
def suggestion_list(context: Context, suggested: list[Suggestion]) -> dict[str, Any]:
    """The same for people who are known already."""
    names = ("user", "rings", "request", "csrf_token")
    return {name: context.get(name) for name in names} | {"suggested": suggested}


@register.simple_tag(takes_context=True)
def topics_to_follow(context: Context) -> list[Any]:
    """Topics with whether the reader follows them (`rooms.selectors.discovery.TopicRow`); those that are live come first."""
    user = context.get("user")
    rows = topic_rows(viewer=user) if isinstance(user, User) else []
    return sorted(rows, key=lambda row: -row.live)[:_TOPICS]


@register.filter
def reason_words(suggestion: Suggestion) -> str:
    """Why somebody is suggested: "Followed by 3 people you follow"."""
    match suggestion.reason:
        case Reason.LIVE:
            return _("Live on a topic you follow")
        case Reason.FOLLOWED if suggestion.known > 1:
            return ngettext(
                "Followed by {n} person you follow", "Followed by {n} people you follow", suggestion.known
            ).format(n=suggestion.known)
        case Reason.FOLLOWED:
            return _("Followed by somebody you follow")
    number = suggestion.person.follower_count
    return ngettext("{n} follower", "{n} followers", number).format(n=short_count(number))
