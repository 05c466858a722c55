"""Paid Spaces: above `rooms`, which asks it through `SPACE_ENTRY_GATES`."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Offers, seats, orders and the ledger live here."""

    name = "tickets"

    def ready(self) -> None:
        """Listen to Spaces."""
        import tickets.receivers  # noqa: F401
