"""Parts of a whole as bars (templates/components/share_bars.html)."""

from collections.abc import Iterable
from dataclasses import dataclass

from insights.words import count_words, share_words


@dataclass(frozen=True, slots=True)
class Share:
    """One part: its name, how many, how much of the whole in words, and the bar's width of 100."""

    name: str
    count: str
    words: str
    width: str


def shares(parts: Iterable[tuple[str, int]], *, whole: int | None = None) -> list[Share]:
    """Each part of `whole` (left out: of their sum)."""
    parts = list(parts)
    whole = sum(count for _, count in parts) if whole is None else whole
    return [
        Share(
            name,
            count_words(count),
            share_words(count, whole),
            f"{min(100.0, 100 * count / whole):.1f}" if whole else "0",
        )
        for name, count in parts
    ]
