"""What the tests of moderation share: time, frames and commits as in those of Spaces."""

from tests.rooms.conftest import at, committed, join, no_audio, now, sent, space

__all__ = ["at", "committed", "join", "no_audio", "now", "sent", "space"]
