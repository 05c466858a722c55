"""Moments as clients read them."""

from datetime import datetime


def wire(moment: datetime) -> str:
    """A moment as frames and the API write it."""
    return moment.isoformat().replace("+00:00", "Z")
