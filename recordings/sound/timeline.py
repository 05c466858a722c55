"""From a Space's time to its replay's, and back: the replay is the stretches in which it was recorded, one after the other.

All times are milliseconds: of the Space since its `started_at`, of the replay since its first sound.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `starts_at_ms` to `ends_at_ms` of the Space, which the replay has from `replay_ms` on."""

    starts_at_ms: int
    ends_at_ms: int
    replay_ms: int

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return self.ends_at_ms - self.starts_at_ms


class Timeline:
    """The stretches of a replay, in order; each is given as its beginning and end in the Space."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self._stretches: list[Stretch] = []
        self.duration_ms = 0
        for starts_at_ms, ends_at_ms in sorted(stretches):
            stretch = Stretch(starts_at_ms, ends_at_ms, self.duration_ms)
            if stretch.duration_ms > 0:
                self._stretches.append(stretch)
                self.duration_ms += stretch.duration_ms

    def __iter__(self) -> Iterator[Stretch]:
        return iter(self._stretches)

    def replay_ms(self, space_ms: int) -> int | None:
        """Where in the replay a moment of the Space is; None when it was not recorded."""
        for one in self._stretches:
            if one.starts_at_ms <= space_ms < one.ends_at_ms:
                return one.replay_ms + space_ms - one.starts_at_ms
        return None

    def nearest_replay_ms(self, space_ms: int) -> int:
        """As `replay_ms`; what was not recorded is where the replay goes on after it, or its end."""
        for one in self._stretches:
            if space_ms < one.ends_at_ms:
                return one.replay_ms + max(0, space_ms - one.starts_at_ms)
        return self.duration_ms

    def space_ms(self, replay_ms: int) -> int:
        """Which moment of the Space is heard there; past the end it is the end of the last stretch."""
        for one in self._stretches:
            if replay_ms < one.replay_ms + one.duration_ms:
                return one.starts_at_ms + max(0, replay_ms - one.replay_ms)
        return self._stretches[-1].ends_at_ms if self._stretches else 0
