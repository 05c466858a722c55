"""What the tests of tickets share: time, frames and commits as in those of Spaces; somebody who sells, and what is sold."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from rooms.models import Space
from tests.plugins.stripe import StripeServer
from tests.rooms.ahead import scheduled
from tests.rooms.conftest import at, committed, join, no_audio, now, sent
from tests.tickets.makers import CreatorFactory, balances, offered
from tests.tickets.till import Till
from tickets.models import Creator, Offer

__all__ = ["at", "committed", "join", "no_audio", "now", "sent"]


@pytest.fixture
def creator(host: User) -> Creator:
    """The host may sell, and can be paid."""
    made: Creator = CreatorFactory(user=host)
    return made


@pytest.fixture
def space(host: User, creator: Creator, now: datetime) -> Space:
    """A Space of the host's that starts in two hours."""
    return scheduled(host, now, hours=2)


@pytest.fixture
def offer(space: Space, creator: Creator) -> Offer:
    """Two seats of it, at 5.00 each."""
    return offered(space, seats=2)


@pytest.fixture
def buyers(db: None) -> Callable[[int], list[User]]:
    """`buyers(3)` are three people with nothing yet."""

    def made(count: int) -> list[User]:
        return User.objects.bulk_create(
            User(handle=f"buyer{number}", name=f"Buyer {number}", email=f"buyer{number}@example.com")
            for number in range(count)
        )

    return made


@pytest.fixture
def till(stripe_server: StripeServer, creator: Creator, now: datetime, settings: Any) -> Till:
    """Stripe's pages in the hands of buyers; the host has an account there. A call that fails is not tried again at once."""
    settings.STRIPE_RETRIES = 0
    made = Till(stripe_server, now)
    made.account(creator)
    return made


@pytest.fixture
def books() -> Callable[[], dict[str, int]]:
    """`books()` is every account of the ledger with what it holds."""
    return balances
