"""Seats held by a crowd: `python -m benchmarks.checkout.run [--seconds 5] [--rounds 3]` (benchmarks/README.md)."""

import argparse
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.ground import ground

BUYERS = 64
WAYS = ("one statement", "select_for_update", "select_for_update, asked before")
GOAL = 3.0
# Nobody buys twice: so many people a round, more than can come.
PEOPLE = 60_000
FIRST = 1_000


def main() -> None:
    """Measure, and print what was measured."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=5.0, help="how long each way is measured")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--processes", type=int, default=8, help="web processes that the buyers are spread over"
    )
    chosen = options.parse_args()
    print(f"load average at the start: {os.getloadavg()[0]:.1f}", flush=True)
    os.environ["STRIPE_API_KEY"] = "sk_test_benchmark"
    with ground():
        build()
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        # In turns, so that what else the machine does meets all of them.
        for _ in range(chosen.rounds):
            for way in WAYS:
                rates[way].append(held_by_a_crowd(way, chosen.seconds, chosen.processes))
        middle = {way: statistics.median(found) for way, found in rates.items()}
    for way, found in rates.items():
        rounds = ", ".join(f"{rate:,.0f}" for rate in found)
        print(f"{way}: {rounds} holds/s; median {middle[way]:,.0f}")
    for way in WAYS[1:]:
        print(f"one statement is {middle[WAYS[0]] / middle[way]:.1f} × {way} (goal: {GOAL:.0f} ×)")
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")


def build() -> None:
    """Somebody who sells, and a crowd."""
    from django.db import connection

    from accounts.models import User
    from tickets.models import Creator

    now = datetime.now(UTC)
    host = User.objects.create_user("host")
    Creator.objects.create(
        user=host, selling_granted_at=now, stripe_account_id="acct_benchmark", charges_enabled=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (id, handle, email, name, bio, picture, follower_count, following_count, time_zone,"
            " language, password, is_active, is_suspended, is_staff, is_superuser, date_joined)"
            " SELECT n, 'buyer' || n, '', '', '', '', 0, 0, '', '', '', true, false, false, false, '2026-01-01'"
            " FROM generate_series(%s, %s) n",
            [FIRST, FIRST + PEOPLE - 1],
        )
        cursor.execute("VACUUM ANALYZE accounts_user")


def held_by_a_crowd(way: str, seconds: float, processes: int) -> float:
    """Holds a second: 64 buyers at once, in so many processes, each doing it again and again as somebody else."""
    offer_id = announced()
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(processes)
    each = PEOPLE // processes
    with spawn.Pool(processes, initializer=_start, initargs=(start,)) as pool:
        jobs = [
            (way, offer_id, FIRST + number * each, each, BUYERS // processes, seconds)
            for number in range(processes)
        ]
        found = pool.starmap(buy, jobs, chunksize=1)
    from tickets.models import Offer, Order

    held = sum(count for count, _ in found)
    offer = Offer.objects.get(pk=offer_id)
    assert offer.seats_taken == held == Order.objects.filter(offer=offer_id, has_seat=True).count()
    return sum(count / took for count, took in found)


def announced() -> int:
    """A new ticketed Space with more seats than anybody can hold."""
    from django.db import connection

    from rooms.models import Space
    from tickets.models import Creator, Offer

    creator = Creator.objects.get()
    space = Space.objects.create(
        host=creator.user,
        title="Morning",
        state=Space.State.SCHEDULED,
        scheduled_at=datetime.now(UTC) + timedelta(hours=2),
    )
    Offer.objects.all().update(state="closed")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return Offer.objects.create(space=space, seller=creator, amount=500, currency="usd", seats=PEOPLE).pk


_barrier: Barrier


def _start(barrier: Any) -> None:
    global _barrier
    _barrier = barrier
    import django

    django.setup()


def buy(way: str, offer_id: int, first: int, people: int, threads: int, seconds: float) -> tuple[int, float]:
    """What one web process does. Returns how many seats it held, and in how many seconds."""
    from django.db import connection

    from accounts.models import User
    from benchmarks.checkout.ways import WAYS as FUNCTIONS
    from tickets.models import Offer

    hold = FUNCTIONS[way]
    crowd = User.objects.in_bulk(range(first, first + people))
    offer = Offer.objects.select_related("space", "seller__user").get(pk=offer_id)
    queue = iter(list(crowd.values()))

    def work(_: int) -> int:
        held = 0
        try:
            while time.perf_counter() < end:
                hold(offer, next(queue), datetime.now(UTC))
                held += 1
        finally:
            connection.close()
        return held

    _barrier.wait(120)
    begin = time.perf_counter()
    end = begin + seconds
    with ThreadPoolExecutor(threads) as pool:
        held = sum(pool.map(work, range(threads)))
    return held, time.perf_counter() - begin


if __name__ == "__main__":
    main()
