"""Whether a feature is on for somebody.

Each process keeps what it has read for `FLAGS_SECONDS`: asking costs no query,
and a change is seen everywhere within that time.
"""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from flags.models import FeatureFlag, FlagPerson


@dataclass(frozen=True)
class State:
    """What staff have said about one flag: `share` in per cent (None: nothing), `people`: id of a person -> on or off."""

    share: int | None = None
    people: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kept:
    states: Mapping[str, State]
    until: float


_NOTHING_SAID = State()
_kept: _Kept | None = None
_reading = threading.Lock()


def flag_on(name: str, user: Any) -> bool:
    """Whether the feature `name` is on for `user`.

    What is said about the person counts first, then the share. A share is stable: it depends on the flag's name and the
    person's id alone, and who is in it stays in it when it grows. For guests it is on when it is on for everybody. Raises
    KeyError for a flag that settings do not declare. Reads the database once in `FLAGS_SECONDS`: ask from synchronous code.
    """
    declared = settings.FLAGS[name]
    state = _states().get(name, _NOTHING_SAID)
    share = declared.share if state.share is None else state.share
    if user is None or not user.is_authenticated:
        return bool(share >= 100)
    said = state.people.get(user.pk)
    return in_share(name, user.pk, share) if said is None else said


def flags_of(user: Any) -> list[str]:
    """The names of all features that are on for `user`, in the order in which settings declare them."""
    return [name for name in settings.FLAGS if flag_on(name, user)]


def in_share(name: str, user_id: int, share: int) -> bool:
    """Whether this person is among `share` per cent of all, for this flag."""
    digest = hashlib.sha256(f"{name}:{user_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < share


def keep(states: Mapping[str, State], *, seconds: float) -> None:
    """Go by these for so long."""
    global _kept
    _kept = _Kept(states, time.monotonic() + seconds)


def forget() -> None:
    """Read anew when it is next asked for, in this process."""
    global _kept
    _kept = None


def _states() -> Mapping[str, State]:
    kept = _kept
    if kept is not None and time.monotonic() < kept.until:
        return kept.states
    # One thread reads; the others go on with what there was. Only where there was nothing do they wait.
    if not _reading.acquire(blocking=kept is None):
        return kept.states if kept else {}
    try:
        again = _kept
        if again is not None and time.monotonic() < again.until:
            return again.states
        states = _read()
        keep(states, seconds=settings.FLAGS_SECONDS)
        return states
    finally:
        _reading.release()


def _read() -> dict[str, State]:
    """Two queries, whatever the number of flags."""
    states = {name: State(share) for name, share in FeatureFlag.objects.values_list("name", "share")}
    for name, user_id, is_on in FlagPerson.objects.values_list("flag__name", "user_id", "is_on"):
        states.setdefault(name, State()).people[user_id] = is_on
    return states
