"""Words about reports, as pages say them."""

from django import template

from moderation.models import Case, SubjectKind
from moderation.report_words import REPORTED

register = template.Library()


@register.filter
def reported(case: Case) -> str:
    """ "A post by Maya", "Maya's profile", "A Space hosted by Maya"."""
    of_somebody, of_nobody = REPORTED[SubjectKind(case.subject_kind)]
    if case.person is None:
        return str(of_nobody)
    return of_somebody.format(name=case.person.display_name)
