"""The form of a Space: what was typed into it, what it offers, and how a service's refusal names its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rooms.filters import words_in
from rooms.models import Invitation, Participation, Role, Space, SpaceSeries, Topic
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.zones import UnknownZone, zone_named, zone_names

# As the form says them to the host; the room's settings say the same (frontend/src/view/space-settings.ts).
SPEAK_POLICY_WORDS = {
    Space.SpeakPolicy.EVERYONE: _("Everyone may ask"),
    Space.SpeakPolicy.FOLLOWING: _("People you follow may ask"),
    Space.SpeakPolicy.INVITED: _("Only people you invite"),
}
MESSAGE_POLICY_WORDS = {
    Space.MessagePolicy.EVERYONE: _("Everyone"),
    Space.MessagePolicy.FOLLOWERS: _("Followers"),
    Space.MessagePolicy.OFF: _("Nobody"),
}
LATER = "later"
_EVERY_WORDS = {
    "": _("Only once"),
    SpaceSeries.Every.WEEK: _("Every week"),
    SpaceSeries.Every.MONTH: _("Every month"),
}
_SWITCHES = (
    "guests_allowed",
    "strict_messages",
    "recording_wanted",
    "captions_wanted",
    "captions_masked",
    "clips_allowed",
)
_LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, so that a refusal loses nothing of it. `scheduled_at` is as `datetime-local` writes it."""

    when: str = "now"
    title: str = ""
    topics: tuple[str, ...] = ()
    description: str = ""
    language: str = "en"
    speak_policy: str = Space.SpeakPolicy.EVERYONE
    rules: str = ""
    message_policy: str = Space.MessagePolicy.EVERYONE
    guests_allowed: bool = False
    blocked_words: str = ""
    strict_messages: bool = False
    recording_wanted: bool = False
    captions_wanted: bool = True
    captions_masked: bool = True
    clips_allowed: bool = True
    scheduled_at: str = ""
    time_zone: str = ""
    fold: str = ""
    every: str = ""
    until: str = ""
    cohosts: str = ""

    @property
    def details(self) -> dict[str, Any]:
        """What the Space is about, as the services take it."""
        names = (
            "title",
            "topics",
            "description",
            "language",
            "speak_policy",
            "rules",
            "message_policy",
            *_SWITCHES,
        )
        return {name: getattr(self, name) for name in names} | {"blocked_words": words_in(self.blocked_words)}

    @property
    def time(self) -> dict[str, Any]:
        """When it is to start, as the services take it."""
        return {"scheduled_at": self.scheduled_at, "time_zone": self.time_zone, "fold": self.fold}

    @property
    def handles(self) -> list[str]:
        """The co-hosts, written with commas or spaces between them."""
        return self.cohosts.replace(",", " ").split()

    @property
    def series(self) -> dict[str, Any] | None:
        """How it comes again, or None."""
        return {"every": self.every, "until": self.until} if self.every else None


class FormPart(Protocol):
    """What an app above adds to the form of an announced Space (`SPACE_FORM_PARTS`)."""

    def shown(self, *, user: User, space: Space | None, post: QueryDict | None) -> dict[str, Any]:
        """What the form's template gets: of `post` where something was typed, else of `space`, else nothing yet."""

    def save(self, *, space: Space, by: User, post: QueryDict, now: datetime) -> None:
        """Do what was typed, in the transaction of the form. Raises SpacesError with the fields at fault."""


def parts_shown(*, user: User, space: Space | None, post: QueryDict | None) -> dict[str, Any]:
    """What the templates of all parts get."""
    found: dict[str, Any] = {}
    for part in _parts(tuple(settings.SPACE_FORM_PARTS)):
        found |= part.shown(user=user, space=space, post=post)
    return found


def parts_saved(*, space: Space, by: User, post: QueryDict, now: datetime) -> None:
    """Do what was typed into all parts."""
    for part in _parts(tuple(settings.SPACE_FORM_PARTS)):
        part.save(space=space, by=by, post=post, now=now)


@lru_cache(maxsize=4)
def _parts(paths: tuple[str, ...]) -> list[FormPart]:
    return [import_string(path) for path in paths]


def typed_in(request: HttpRequest) -> Typed:
    """What the posted form says; policies that it leaves out are the usual ones."""
    post = request.POST
    defaults = {"message_policy": Space.MessagePolicy.EVERYONE.value, "when": "now"}
    texts: dict[str, Any] = {
        field.name: post.get(field.name, defaults.get(field.name, ""))
        for field in fields(Typed)
        if field.name not in ("topics", *_SWITCHES)
    }
    return Typed(
        **(texts | {name: name in post for name in _SWITCHES}),
        topics=tuple(post.getlist("topics")),
    )


def typed_of(space: Space) -> Typed:
    """An announced Space, as its form shows it before anybody has typed."""
    return Typed(
        when=LATER,
        title=space.title,
        topics=tuple(topic.slug for topic in space.topics.all()),
        description=space.description,
        language=space.language,
        speak_policy=space.speak_policy,
        rules=space.rules,
        message_policy=space.message_policy,
        blocked_words=", ".join(space.blocked_words),
        **_switches_of(space),
        scheduled_at=local_text(space),
        time_zone=space.time_zone,
        cohosts=", ".join(f"@{handle}" for handle in _cohost_handles(space)),
    )


def _switches_of(space: Space) -> dict[str, Any]:
    return {name: getattr(space, name) for name in _SWITCHES}


def local_text(space: Space) -> str:
    """When an announced Space starts by the clocks of its zone, as `datetime-local` writes it."""
    assert isinstance(space.scheduled_at, datetime)
    return f"{space.scheduled_at.astimezone(ZoneInfo(space.time_zone or 'UTC')):{_LOCAL}}"


def new_form(user: User, *, later: bool) -> Typed:
    """An empty form, in the zone that `user` was in last."""
    return Typed(when=LATER if later else "now", time_zone=user.time_zone)


def form_context(typed: Typed, error: SpacesError | None) -> dict[str, Any]:
    """All that the form's templates need. A refusal is shown with the fields of the form."""
    zones = zone_names()
    # An alias that a browser knows ("Asia/Calcutta") is no choice of the list, and kept all the same.
    is_kept = typed.time_zone and typed.time_zone not in zones and _is_zone(typed.time_zone)
    return {
        "typed": typed,
        "error": error,
        "faults": _faults(error.fields) if error else {},
        "asks_fold": error is not None and error.code == "schedule.time_twice",
        "topics": Topic.objects.all(),
        "languages": settings.SPACES_LANGUAGES,
        "speak_policies": SPEAK_POLICY_WORDS.items(),
        "message_policies": MESSAGE_POLICY_WORDS.items(),
        "repeats": _EVERY_WORDS.items(),
        "zones": [typed.time_zone, *zones] if is_kept else zones,
        "rules_max": settings.SPACES_RULES_MAX_LENGTH,
        "words_max": settings.SPACES_BLOCKED_WORDS_MAX,
        "words_length": settings.SPACES_BLOCKED_WORDS_LENGTH,
        "title_max": settings.SPACES_TITLE_MAX_LENGTH,
        "description_max": settings.SPACES_DESCRIPTION_MAX_LENGTH,
        "topics_max": settings.SPACES_TOPICS_MAX,
        "cohosts_max": settings.SPACES_COHOSTS_MAX,
        "days_max": settings.SPACES_SCHEDULE_MAX_DAYS,
    }


def _faults(given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {name.removeprefix("series."): texts for name, texts in given.items()}


def _is_zone(name: str) -> bool:
    try:
        zone_named(name)
    except UnknownZone:
        return False
    return True


def _cohost_handles(space: Space) -> list[str]:
    """Those who are co-hosts, then those who are invited."""
    cohosts = Participation.objects.filter(space=space, role=Role.COHOST).order_by("role_since", "pk")
    invited = Invitation.objects.filter(space=space, role=Role.COHOST, state=Invitation.State.OPEN)
    return [
        *cohosts.values_list("user__handle", flat=True),
        *invited.order_by("pk").values_list("user__handle", flat=True),
    ]
