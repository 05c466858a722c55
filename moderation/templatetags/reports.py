"""Words about reports, as pages say them."""

from django import template

from moderation.models import Case, SubjectKind
from moderation.report_words import THINGS

register = template.Library()


@register.filter
def reported(case: Case) -> str:
    """ "A post by Maya", "Maya's profile", "A Space hosted by Maya"."""
    thing = THINGS[case.subject_kind]
    if case.person is None:
        return f"A {thing}"
    name = case.person.display_name
    if case.subject_kind == SubjectKind.PERSON:
        return f"{name}'s profile"
    by = "hosted by" if case.subject_kind in (SubjectKind.SPACE, SubjectKind.REPLAY) else "by"
    return f"A {thing} {by} {name}"
