"""Fixtures of tests for bots."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from integrations.services.tokens import token_create
from tests.conftest import Client


@pytest.fixture
def now() -> datetime:
    """The time at which the test does things."""
    return timezone.now()


@pytest.fixture
def bot(now: datetime) -> Callable[..., Client]:
    """`bot(person, "read", "posts")` is a program of theirs with a token of these scopes."""

    def client(person: User, *scopes: str) -> Client:
        _, secret = token_create(owner=person, name="A bot", scopes=scopes, days=None, now=now)
        made = Client()
        made.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return made

    return client
