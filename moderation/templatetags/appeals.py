"""Decisions, to the person they are about."""

from django import template
from django.utils import timezone

from moderation.appeal_links import appeal_path
from moderation.decision_words import decided as words_of
from moderation.models import Decision
from moderation.selectors.appeals import APPEALABLE, appeal_refusal

register = template.Library()


@register.filter
def decided(decision: Decision) -> str:
    """What was decided, in words for the person concerned."""
    return words_of(decision)


@register.filter
def appeal_url(decision: Decision) -> str:
    """The page of a decision, with its appeal; "" for what one does not appeal against."""
    return appeal_path(decision) if decision.act in APPEALABLE else ""


@register.filter
def may_appeal(decision: Decision) -> bool:
    """Whether one can still appeal."""
    return appeal_refusal(decision, now=timezone.now()) is None
