"""Tells a star's followers that they are live (benchmarks/README.md): `python -m benchmarks.notify.run`."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from benchmarks.ground import ground

STAR = 1
FIRST = 1_000
SPACE = UUID("0193a0b0-0000-7000-8000-000000000001")
KEY = f"live:{SPACE}:1"
TASKS_SECONDS = 600
PER_TASK_GOAL, BARE_GOAL = 50, 1.5


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of the processor: ours and that of the database's process that works for us."""

    clock: float
    cpu: float


def main() -> None:
    """Measure, and print what was measured."""
    options = argparse.ArgumentParser()
    options.add_argument("--followers", type=int, default=500_000)
    options.add_argument("--sample", type=int, default=5_000, help="tasks that are really enqueued and done")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with ground():
        build(chosen.followers)
        bare, ours = [], []
        for _ in range(chosen.rounds):
            bare.append(timed(bare_sql, chosen.followers))
            ours.append(timed(fan_out, chosen.followers))
        print_one("bare INSERT … SELECT", bare, chosen.followers)
        print_one("fan-out", ours, chosen.followers)
        give_devices(chosen.followers)
        print_one("fan-out, every tenth with a device", [timed(fan_out, chosen.followers)], chosen.followers)
        # The whole of notify() costs more: fewer of it say as much.
        samples = {"insert_one": chosen.sample, "notify_one": max(1, chosen.sample // 10)}
        per_task = {name: tasks(name, sample) / sample for name, sample in samples.items()}
    fan_out_took = middle(ours)
    for name, each in per_task.items():
        whole = each * chosen.followers
        print(
            f"a task per follower, {name}: {samples[name]:,} done, {each * 1000:.2f} ms each;"
            f" {chosen.followers:,} would take {whole:,.0f} s (extrapolated)"
        )
        print(f"  the fan-out is {whole / fan_out_took.clock:.0f} × as fast (goal {PER_TASK_GOAL} ×)")
    clock, cpu = fan_out_took.clock / middle(bare).clock, fan_out_took.cpu / middle(bare).cpu
    print(
        f"the fan-out takes {clock:.2f} × the time of the bare SQL, {cpu:.2f} × by CPU (goal {BARE_GOAL} ×)"
    )


def middle(rounds: list[Took]) -> Took:
    """The median of each."""
    return Took(statistics.median(one.clock for one in rounds), statistics.median(one.cpu for one in rounds))


def print_one(name: str, rounds: list[Took], people: int) -> None:
    """One way's rounds and rate."""
    each = ", ".join(f"{one.clock:.1f} s ({one.cpu:.1f} s CPU)" for one in rounds)
    print(f"{name}: {each}; {people / middle(rounds).clock:,.0f} people/s", flush=True)


def build(followers: int) -> None:
    """A star, and so many who follow."""
    from django.db import connection

    from benchmarks.home.world import _FOLLOWS, _PEOPLE

    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [STAR, STAR])
        cursor.execute(_PEOPLE, [FIRST, FIRST + followers - 1])
        cursor.execute(_FOLLOWS.format(follower=f"{FIRST} + n", followee=str(STAR)), [followers])
        for table in ("accounts_user", "accounts_follow"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def give_devices(followers: int) -> None:
    """Every tenth has a browser that takes push."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO social_pushsubscription (user_id, endpoint, p256dh, auth, device, created_at)"
            " SELECT id, 'https://push.example/' || id, '', '', '', now() FROM accounts_user"
            " WHERE id >= %s AND id %% 10 = 0",
            [FIRST],
        )
        cursor.execute("VACUUM ANALYZE social_pushsubscription")


def cpu_seconds() -> float:
    """What this process and its database process have used of the processor so far."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def timed(way: Callable[[], None], people: int) -> Took:
    """What a way of telling everybody takes, on empty tables."""
    from django.db import connection

    from social.models import Notification

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE social_notification, social_delivery, social_fanout RESTART IDENTITY CASCADE"
        )
        cursor.execute("CHECKPOINT")
    begin, used = time.monotonic(), cpu_seconds()
    way()
    took = Took(time.monotonic() - begin, cpu_seconds() - used)
    assert Notification.objects.count() == people
    return took


def bare_sql() -> None:
    """One statement that asks nobody whether they want it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO social_notification (user_id, kind, event, key, actor_id, space_id, data, in_app, created_at)"
            " SELECT follower_id, 'live', 'live', %s, %s, %s, '{\"title\": \"Morning\"}', true, now()"
            " FROM accounts_follow WHERE followee_id = %s ON CONFLICT DO NOTHING",
            [KEY, STAR, SPACE, STAR],
        )


def fan_out() -> None:
    """Ours, as a worker does it: planned, claimed, chunk by chunk."""
    from accounts.models import User
    from social.models import Fanout, Kind
    from social.services.fanouts import fanout_schedule, fanouts_run

    now = datetime.now(UTC)
    star = User.objects.get(pk=STAR)
    fanout_schedule(
        key=KEY,
        audience="followers",
        kind=Kind.LIVE,
        event="live",
        actor=star,
        space_id=SPACE,
        data={"title": "Morning"},
        due_at=now,
        now=now,
    )
    while Fanout.objects.exclude(state=Fanout.State.DONE).exists():
        fanouts_run(now=datetime.now(UTC))


def tasks(name: str, sample: int) -> float:
    """Seconds from the first task that is enqueued to the last row that two workers' processes have written."""
    from django.db import connection

    from benchmarks.notify import tasks as each
    from social.models import Notification

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE social_notification, social_delivery RESTART IDENTITY CASCADE")
    task = getattr(each, name)
    # A queue of its own: the fan-outs above have left tasks for other workers.
    command = ["celery", "--quiet", "-A", "benchmarks.notify.tasks", "worker", "--concurrency", "2"]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        [sys.executable, "-m", *command, "-Q", "benchmark", *quiet],
        # Connections that stay open: a new one for each task would cost more than the task.
        env={**os.environ, "DATABASE_CONN_MAX_AGE": "600"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # Both processes have begun before anything is measured.
        for user in (FIRST, FIRST + 1, FIRST + 2, FIRST + 3):
            task.apply_async([user, STAR, f"warm:{user}"], queue="benchmark")
        wait_for(lambda: Notification.objects.filter(key__startswith="warm:").count() == 4)
        begin = time.monotonic()
        for user in range(FIRST, FIRST + sample):
            task.apply_async([user, STAR, KEY], queue="benchmark")
        wait_for(lambda: Notification.objects.filter(key=KEY).count() == sample)
        return time.monotonic() - begin
    finally:
        worker.terminate()
        worker.wait()


def wait_for(done: Callable[[], bool]) -> None:
    """Return when it is done."""
    end = time.monotonic() + TASKS_SECONDS
    while not done():
        if time.monotonic() > end:
            raise SystemExit("The tasks are not done in time.")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
