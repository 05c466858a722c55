"""The sign that a Space is being recorded, and what somebody who was recorded may do about it."""

from typing import Any

from django import template
from django.template import Context

from accounts.models import User
from recordings.models import Recording
from recordings.selectors.own import has_part
from recordings.selectors.recordings import recording_card
from rooms.models import Space

register = template.Library()


@register.inclusion_tag("components/recording_sign.html")
def recording_sign(space: Space) -> dict[str, Any]:
    """The sign, while the Space is being recorded."""
    return {"sign": recording_card(space)}


@register.inclusion_tag("components/recording_part.html", takes_context=True)
def recording_part(context: Context, space: Space) -> dict[str, Any]:
    """For whoever is heard in the recording of a Space that is over: the way to take their part out; nothing for others."""
    viewer = context["request"].user
    recording = Recording.objects.filter(space=space).exclude(state=Recording.State.DELETED).first()
    shown = recording is not None and isinstance(viewer, User) and has_part(recording, viewer)
    return {"space": space, "shown": shown, "csrf_token": context.get("csrf_token")}
