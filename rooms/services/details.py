"""Checks what people say about their Space, when they start it and when they edit it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from rooms.filters import folded_word
from rooms.models import Space, Topic
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line, clean_text

RULES_LINES = 20
DESCRIPTION_LINES = 10

_CHOICES: dict[str, tuple[Sequence[str], str]] = {
    "language": (
        [code for code, _ in settings.SPACES_LANGUAGES],
        gettext_noop("Choose a language from the list."),
    ),
    "speak_policy": (Space.SpeakPolicy.values, gettext_noop("Choose who may speak.")),
    "message_policy": (Space.MessagePolicy.values, gettext_noop("Choose who may write.")),
}


def checked_details(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Topic] | None]:
    """The fields that are `given`, cleaned, and the topics of its `topics` (slugs), or None without any.

    Raises Invalid naming every field at fault.
    """
    fields = {name: value for name, value in given.items() if name != "topics"}
    wrong: dict[str, list[str]] = {}
    if "title" in fields:
        fields["title"] = clean_line(fields["title"])
        if not fields["title"]:
            wrong["title"] = [gettext("Give your Space a title.")]
        elif len(fields["title"]) > settings.SPACES_TITLE_MAX_LENGTH:
            wrong["title"] = [
                gettext("Use at most {most} characters.").format(most=settings.SPACES_TITLE_MAX_LENGTH)
            ]
    if "rules" in fields:
        fields["rules"] = clean_text(fields["rules"], lines=RULES_LINES)
        if len(fields["rules"]) > settings.SPACES_RULES_MAX_LENGTH:
            wrong["rules"] = [
                gettext("Use at most {most} characters.").format(most=settings.SPACES_RULES_MAX_LENGTH)
            ]
    if "description" in fields:
        fields["description"] = clean_text(fields["description"], lines=DESCRIPTION_LINES)
        if len(fields["description"]) > settings.SPACES_DESCRIPTION_MAX_LENGTH:
            wrong["description"] = [
                gettext("Use at most {most} characters.").format(most=settings.SPACES_DESCRIPTION_MAX_LENGTH)
            ]
    if "blocked_words" in fields:
        fields["blocked_words"], fault = _words(fields["blocked_words"])
        if fault:
            wrong["blocked_words"] = [fault]
    for name, (choices, message) in _CHOICES.items():
        if name in fields and fields[name] not in choices:
            wrong[name] = [message]
    chosen = None
    if "topics" in given:
        chosen, fault = _topics(given["topics"])
        if fault:
            wrong["topics"] = [fault]
    if wrong:
        raise Invalid(fields=wrong)
    return fields, chosen


def all_checked(*checks: Callable[[], Any]) -> list[Any]:
    """What each check returns. Raises the Invalid of the one that fails, or one with the fields of all that do."""
    passed, faults = [], []
    for check in checks:
        try:
            passed.append(check())
        except Invalid as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Invalid(fields={name: texts for fault in faults for name, texts in fault.fields.items()})
    return passed


def _words(given: Sequence[str]) -> tuple[list[str], str]:
    """These words, cleaned, each once, and what is wrong with them."""
    words = {folded_word(word): word for word in map(clean_line, given) if word}
    if bare := next((word for key, word in words.items() if not key), ""):
        return [], gettext("“{bare}” has neither letters nor digits in it.").format(bare=bare)
    if len(words) > settings.SPACES_BLOCKED_WORDS_MAX:
        return [], gettext("Use at most {most} words.").format(most=settings.SPACES_BLOCKED_WORDS_MAX)
    if sum(len(word) for word in words.values()) > settings.SPACES_BLOCKED_WORDS_LENGTH:
        return [], gettext("Use at most {most} characters in all.").format(
            most=settings.SPACES_BLOCKED_WORDS_LENGTH
        )
    return list(words.values()), ""


def _topics(slugs: Sequence[str]) -> tuple[list[Topic], str]:
    """The topics of these slugs, and what is wrong with them."""
    slugs = list(dict.fromkeys(slugs))
    if len(slugs) > settings.SPACES_TOPICS_MAX:
        return [], gettext("Choose at most {most} topics.").format(most=settings.SPACES_TOPICS_MAX)
    # PostgreSQL refuses a NUL even in a question.
    chosen = list(Topic.objects.filter(slug__in=[slug for slug in slugs if "\0" not in slug]))
    return chosen, "" if len(chosen) == len(slugs) else gettext("One of these topics does not exist.")
