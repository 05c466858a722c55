"""The table of limits: how often anybody may do something, by account and by address."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings as configured

from spaces_project.lib import limits
from spaces_project.lib.caller import called_by
from spaces_project.lib.errors import TooMany
from spaces_project.settings.limits import LIMITS, Rate

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DOCS = Path(configured.BASE_DIR) / "docs" / "rules.md"
_HEAD = "| what | an account | a new account | an address |\n| --- | --- | --- | --- |\n"


def somebody(*, days: float = 400) -> SimpleNamespace:
    """An account that is so old."""
    return SimpleNamespace(pk=uuid4().int, date_joined=NOW - timedelta(days=days))


def passes(action: str = "post.create", *, seconds: float = 0, **who) -> bool:
    """Whether it is let through."""
    try:
        limits.require(action, now=NOW + timedelta(seconds=seconds), **who)
    except TooMany:
        return False
    return True


def times(most: int = 50, **what) -> int:
    """How many of so many tries at once are let through."""
    return sum(passes(**what) for _ in range(most))


def test_new_accounts_may_do_less(limit):
    limit("post.create", account=(7, 60), new_account=(3, 60))
    assert times(user=somebody()) == 7
    assert times(user=somebody(days=0.5)) == 3
    assert times(user=somebody(days=1)) == 7


def test_an_account_that_grows_old_keeps_what_it_has_counted(limit):
    limit("post.create", account=(5, 60), new_account=(3, 60))
    one = somebody(days=1 - 10 / 86_400)
    assert times(user=one) == 3
    assert times(user=one, seconds=11) == 2


def test_many_accounts_of_one_address_share_its_limit(limit):
    limit("post.create", account=(3, 60), address=(5, 60))
    assert [times(user=somebody(), address="192.0.2.7") for _ in range(3)] == [3, 2, 0]
    assert times(user=somebody(), address="192.0.2.8") == 3


def test_what_one_limit_refuses_does_not_count_for_the_other(limit):
    limit("post.create", account=(2, 60), address=(4, 60))
    greedy, other = somebody(), somebody()
    assert times(user=greedy, address="192.0.2.7") == 2
    assert times(user=other, address="192.0.2.7") == 2


def test_one_waits_for_the_longer_of_two(limit):
    limit("post.create", account=(1, 10), address=(1, 100))
    one = somebody()
    limits.require("post.create", user=one, address="192.0.2.7", now=NOW)
    with pytest.raises(TooMany) as refused:
        limits.require("post.create", user=one, address="192.0.2.7", now=NOW + timedelta(seconds=4))
    assert refused.value.retry_after == 96
    assert limits.refused_for() == 96
    assert limits.refused_for() == 0


def test_the_address_is_the_callers(limit):
    limit("post.create", address=(2, 60))
    with called_by("api", "192.0.2.7"):
        assert times(user=somebody()) == 2
    with called_by("socket", "192.0.2.7"):
        assert times(user=somebody()) == 0
    assert times(user=somebody()) == 50


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(address, counted):
    assert limits.network_of(address) == counted


def test_of_a_hundred_at_once_exactly_as_many_as_both_allow(limit):
    """Two accounts at one address: each may 15 times, both together 20 times."""
    limit("post.create", account=(15, 60), address=(20, 60))
    people = [somebody(), somebody()]
    barrier = Barrier(20)

    def tried(number: int) -> list[bool]:
        barrier.wait(30)
        return [passes(user=people[number % 2], address="192.0.2.7") for _ in range(5)]

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(tried, range(20)))
    each = [sum(map(sum, outcomes[start::2])) for start in (0, 1)]
    assert sum(each) == 20
    assert max(each) <= 15


def test_without_redis_everything_passes_but_signing_in(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert times(20, user=somebody(), address="192.0.2.7") == 20
    assert not passes("sign_in", address="192.0.2.7")
    assert not passes("sign_up", address="192.0.2.7")


def test_an_action_that_is_not_in_the_table_is_a_fault():
    with pytest.raises(KeyError):
        limits.require("no.such", user=somebody(), now=NOW)


def test_every_number_makes_sense():
    for action, limit in LIMITS.items():
        assert limit.address, action
        for rate in limit[:3]:
            assert rate is None or (rate[0] >= 1 and rate[1] > 0), action
        if limit.account:
            assert limit.new_account, action
            assert limit.new_account[0] <= limit.account[0] <= limit.address[0] or action == "sign_in_failed"
            assert limit.new_account[1] == limit.account[1], action


def test_the_docs_show_the_table():
    """Run with UPDATE_DOCS=1 to write it."""
    text = DOCS.read_text()
    before = text.partition(_HEAD)[0]
    page = before + _HEAD + "".join(_row(action) for action in LIMITS)
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(page)
    assert DOCS.read_text() == page


def _row(action: str) -> str:
    limit = LIMITS[action]
    return f"| `{action}` | {' | '.join(_words(rate) for rate in limit[:3])} |\n"


def _words(rate: Rate | None) -> str:
    if rate is None:
        return "–"
    times_, seconds = rate
    return f"{times_} in {seconds / 3600:g} h" if seconds >= 3600 else f"{times_} in {seconds:g} s"
