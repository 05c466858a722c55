"""What people post about a Space, on its page."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from rooms import selectors
from rooms.models import Space
from rooms.selectors.posts import posts_of_space
from social.selectors.posts import PostCard, PostPage, post_cards
from social.templatetags.social import post_text

register = template.Library()

_SHOWN = 5


def leave_out_space(cards: Sequence[PostCard]) -> None:
    """Take the Space's card, and the link that it stands for, out of posts on the Space's own pages: they say it again."""
    for card in cards:
        card["text"] = post_text(dict(card)) or _("Shared this Space.")
        card["space"] = None


@register.inclusion_tag("components/space_posts.html", takes_context=True)
def space_posts(context: Context, space: Space) -> dict[str, Any]:
    """The newest few, and the way to all of them; nothing where nobody has posted."""
    viewer = context["request"].user
    # Whoever was removed reads in the room no longer either.
    found = [] if context.get("is_removed") else list(posts_of_space(space, viewer=viewer)[: _SHOWN + 1])
    cards = post_cards(found[:_SHOWN], viewer=viewer)
    leave_out_space(cards)
    posts = PostPage(cards=cards, more="")
    rings = selectors.live_space_of(posts.people, viewer=viewer) if cards else {}
    names = ("user", "request", "csrf_token")
    return {name: context.get(name) for name in names} | {
        "space": space,
        "posts": posts,
        "has_more": len(found) > _SHOWN,
        "rings": rings,
    }
