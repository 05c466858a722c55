"""Reminds everybody who asked: `python -m benchmarks.reminders.run [--people 200000]` (benchmarks/README.md)."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.ground import ground
from benchmarks.notify.run import FIRST, STAR, tasks, wait_for

TASK = "social.tasks.fanouts_run"
# So many Spaces begin at the same moment, with so few people each, for the rate of claims.
SMALL_SPACES, SMALL_PEOPLE = 200, 3
MEMORY_SHARE = 10
AGAIN_SECONDS = 65


def main() -> None:
    """Measure, and print what was measured."""
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=200_000)
    options.add_argument("--sample", type=int, default=10_000, help="tasks that are really enqueued and done")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    print(f"load average at the start: {os.getloadavg()[0]:.1f}", flush=True)
    with ground():
        build(chosen.people)
        few, many = chosen.people // MEMORY_SHARE, chosen.people
        rounds = [told_by_a_worker(many) for _ in range(chosen.rounds)]
        seconds = statistics.median(one.seconds for one in rounds)
        print_one("reminders", [one.seconds for one in rounds], many)
        memory = {many: max(one.grown_kib for one in rounds), few: told_by_a_worker(few).grown_kib}
        with_email(True)
        print_one("the same, with an e-mail planned for each", [told_by_a_worker(many).seconds], many)
        with_email(False)
        claims = claimed_by_a_worker()
        print(
            f"claims: {SMALL_SPACES:,} Spaces with {SMALL_PEOPLE} people each: {SMALL_SPACES / claims:,.0f} Spaces/s"
        )
        per_task = {name: tasks(name, chosen.sample) for name in ("insert_one", "notify_one")}
    for name, took in per_task.items():
        whole = took / chosen.sample * many
        print(
            f"a task per person, {name}: {chosen.sample:,} in {took:.1f} s, {many:,} would take {whole:,.0f} s (extrapolated)"
        )
        print(f"  reminders are {whole / seconds:.1f} × as fast")
    for people, grown in sorted(memory.items()):
        print(f"memory of the worker grew by {grown / 1024:.1f} MiB at most while it told {people:,}")
    print(f"load average at the end: {os.getloadavg()[0]:.1f}")


def print_one(name: str, seconds: list[float], people: int) -> None:
    """One way's rounds and rate."""
    rounds = ", ".join(f"{one:.2f}" for one in seconds)
    print(f"{name}: {rounds} s; {people / statistics.median(seconds):,.0f} people/s", flush=True)


def build(people: int) -> None:
    """A host, and so many who may ask."""
    from django.db import connection

    from benchmarks.home.world import _PEOPLE

    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [STAR, STAR])
        cursor.execute(_PEOPLE, [FIRST, FIRST + people - 1])
        cursor.execute("VACUUM ANALYZE accounts_user")


def with_email(on: bool) -> None:
    """Everybody has an address, or nobody."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET email = CASE WHEN %s THEN handle || '@example.com' ELSE '' END", [on]
        )
        cursor.execute("VACUUM ANALYZE accounts_user")


def due(spaces: int, people: int) -> None:
    """So many Spaces whose listeners' reminder is due now, with so many people each, on empty tables."""
    from django.db import connection

    from rooms.models import Space
    from rooms.services.reminders import plan_reminders

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE social_notification, social_delivery, social_fanout, rooms_reminder RESTART IDENTITY CASCADE"
        )
    now = datetime.now(UTC)
    for number in range(spaces):
        space = Space.objects.create(
            host_id=STAR,
            title="Morning",
            state=Space.State.SCHEDULED,
            scheduled_at=now + timedelta(minutes=10),
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rooms_reminder (space_id, user_id, created_at)"
                " SELECT %s, n, now() FROM generate_series(%s, %s) n",
                [space.pk, FIRST + number * people, FIRST + (number + 1) * people - 1],
            )
        plan_reminders(space, now=now - timedelta(hours=1))
    with connection.cursor() as cursor:
        # The host's own is not what is measured.
        cursor.execute("DELETE FROM social_fanout WHERE audience = 'host'")
        cursor.execute("VACUUM ANALYZE rooms_reminder")
        cursor.execute("CHECKPOINT")


class Told:
    """How long a worker took, and by how much its memory grew at most."""

    def __init__(self, seconds: float, grown_kib: int) -> None:
        self.seconds, self.grown_kib = seconds, grown_kib


def told_by_a_worker(people: int) -> Told:
    """A real worker reminds so many people of one Space."""
    from social.models import Notification

    with worker() as process:
        # It has read all code and opened its connections before anything is measured.
        due(1, 10)
        run_once()
        due(1, people)
        before = memory_kib(process.pid, "VmRSS")
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        seconds = run_once()
        grown = memory_kib(process.pid, "VmHWM") - before
    assert Notification.objects.count() == people
    return Told(seconds, max(0, grown))


def claimed_by_a_worker() -> float:
    """Seconds in which a worker works off many small fan-outs."""
    from social.models import Notification

    with worker():
        due(1, 10)
        run_once()
        due(SMALL_SPACES, SMALL_PEOPLE)
        seconds = run_once()
    assert Notification.objects.count() == SMALL_SPACES * SMALL_PEOPLE
    return seconds


def run_once() -> float:
    """Send what beat sends, and wait until all is done. Seconds from the one to the other."""
    from social.models import Fanout
    from spaces_project.celery import app

    sent: list[float] = []

    def done() -> bool:
        # A run puts down what is left after a minute, and leaves it to the next: to beat's, which is not here.
        if not sent or time.monotonic() - sent[-1] > AGAIN_SECONDS:
            app.send_task(TASK, queue="reminders")
            sent.append(time.monotonic())
        return not Fanout.objects.filter(state__in=[Fanout.State.WAITING, Fanout.State.RUNNING]).exists()

    begin = time.monotonic()
    wait_for(done)
    return time.monotonic() - begin


@contextmanager
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A worker with one process, whose memory can be read, and a queue of its own."""
    command = [
        "celery",
        "--quiet",
        "-A",
        "spaces_project",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "-Q", "reminders", "--without-gossip", "--without-mingle"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_kib(pid: int, name: str) -> int:
    """VmRSS or VmHWM (its highest since `clear_refs`) of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise SystemExit(f"The system does not say {name}.")


if __name__ == "__main__":
    main()
