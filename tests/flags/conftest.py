"""Fixtures of tests of flags."""

from datetime import datetime

import pytest
from django.utils import timezone


@pytest.fixture
def now() -> datetime:
    """The time at which the test does things."""
    return timezone.now()
