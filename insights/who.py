"""Who somebody is on one day: a digest that leads nowhere once the day's salt is gone."""

import hmac
import secrets
from datetime import date
from functools import lru_cache

from insights.models import DaySalt
from insights.models.raw import WHO_LENGTH


def who(day: date, name: str) -> str:
    """The same for the same `name` ("user:7", "guest:<key>") on the same day, in every process."""
    return hmac.digest(_salt(day).encode(), name.encode(), "sha256").hex()[:WHO_LENGTH]


@lru_cache(maxsize=2)
def _salt(day: date) -> str:
    made, _ = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    return made.salt
