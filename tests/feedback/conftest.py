"""What the tests of feedback share."""

from tests.rooms.conftest import committed, now

__all__ = ["committed", "now"]
