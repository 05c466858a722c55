"""`python -m benchmarks.home.run [--followers 1000000 …]`: what it costs to read home, beside other ways of it.

A PostgreSQL of its own, on loopback, is filled (see world.py) and ended at the end. Each reader's home is read `--rounds` times
by each way, all in turn, so that other programs on the machine disturb all alike.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from stack import postgres
from stack.ports import free_port
from stack.processes import listens

PAGE = 21

Ways = list[Callable[[], object]]


def main() -> int:
    """Build, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--followers", type=int, default=1_000_000, help="of the one whom many follow")
    parser.add_argument("--following", type=int, default=5_000, help="people that a busy reader follows")
    parser.add_argument("--authors", type=int, default=20_000, help="people who write")
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _database(Path(folder)) as url:
        os.environ.update(
            DATABASE_URL=url, DEBUG="1", LIVEKIT_URL="", SPACES_VAR_DIR=folder, SITE_URL="http://testserver"
        )
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
        import django

        django.setup()
        _measure(options)
    return 0


def _measure(options: argparse.Namespace) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from accounts.models import User
    from benchmarks.home import world

    # Without the notes that DEBUG takes of each query.
    settings.DEBUG = False
    setup_test_environment(debug=False)
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    world.build(world.Sizes(options.followers, options.following, options.authors, options.posts))
    names = {
        world.SMALL: "follows 10",
        world.BUSY: f"follows {options.following:,} who write",
        world.IDLE: f"follows {options.following:,} long silent",
        world.FAN: f"follows one with {options.followers:,} followers",
    }
    world.fan_out(list(names), keep=800)
    print(f"built in {time.monotonic() - started:.0f} s; load average {os.getloadavg()[0]:.2f}", flush=True)
    readers = {name: _ways(User.objects.get(pk=key)) for key, name in names.items()}
    times = _in_turn(readers, options.rounds)
    for of, pick in (("medians", statistics.median), ("the quickest", min)):
        print(
            f"\n{of:42}"
            + "".join(f"{name:>22}" for name in ("ours", "written feed", "IN list", "whole page"))
        )
        for name, ways in readers.items():
            took = [1000 * pick(times[name, number]) for number in range(len(ways))]
            first = [1000 * pick(times["follows 10", number]) for number in range(len(ways))]
            cells = (
                f"{mine:12.2f} ms ({mine / small:4.1f})" for mine, small in zip(took, first, strict=True)
            )
            print(f"{name:42}" + "".join(f"{cell:>22}" for cell in cells))
    print("\nin brackets: beside the first row. Queries, one number a reader:")
    for number, way in enumerate(("ours", "written feed", "IN list", "whole page")):
        print(f"{way:42}" + ", ".join(str(_queries(ways[number])) for ways in readers.values()))
    print(f"\none post of the star: {_writing(options.followers)}")


def _ways(user: object) -> Ways:
    """Ours; a table with a row for each post and follower; what one writes first; and the page with all that is on it."""
    from django.db import connection
    from django.test import Client

    from accounts.models import Follow, User
    from social.models import Post
    from social.selectors.posts import timeline

    assert isinstance(user, User)
    browser = Client()
    browser.force_login(user)

    def written() -> object:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT post_id FROM home_feed WHERE user_id = %s ORDER BY post_id DESC LIMIT %s",
                [user.pk, PAGE],
            )
            ids = [key for (key,) in cursor.fetchall()]
        return list(
            Post.objects.filter(pk__in=ids).select_related("author", "parent__author").order_by("-pk")
        )

    def in_list() -> object:
        people = [user.pk, *Follow.objects.filter(follower=user).values_list("followee_id", flat=True)]
        found = Post.objects.filter(author__in=people, is_reply=False, deleted_at__isnull=True)
        return list(found.select_related("author", "parent__author").order_by("-pk")[:PAGE])

    def page() -> object:
        response = browser.get("/")
        assert response.status_code == 200
        return response

    return [lambda: timeline(user, limit=PAGE), written, in_list, page]


def _in_turn(readers: dict[str, Ways], rounds: int) -> dict[tuple[str, int], list[float]]:
    """The seconds of each reader's ways, by reader and number of the way; the first two rounds warm up."""
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    for number in range(rounds + 2):
        for name, ways in readers.items():
            for index, way in enumerate(ways):
                started = time.perf_counter()
                way()
                if number >= 2:
                    times[name, index].append(time.perf_counter() - started)
    return times


def _queries(way: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    way()
    with CaptureQueriesContext(connection) as queries:
        way()
    return len(queries)


def _writing(followers: int) -> str:
    """What one post costs whose author has so many followers: ours, and a row for each of them."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from benchmarks.home import world
    from social.models import Post

    star = User.objects.get(pk=world.STAR)
    started = time.perf_counter()
    post = Post.objects.create(author=star, text="Hello, all of you", created_at=timezone.now())
    ours = time.perf_counter() - started
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO home_feed SELECT follower_id, %s FROM accounts_follow WHERE followee_id = %s",
            [post.pk, star.pk],
        )
        rows = cursor.rowcount
    fanned = time.perf_counter() - started
    return f"ours 1 row in {1000 * ours:.1f} ms; written to each follower {rows:,} rows in {fanned:.1f} s"


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A PostgreSQL for the length of a block; gives its address."""
    folder.chmod(0o755)
    port = free_port()
    home = folder / "postgres"
    home.mkdir()
    cluster = postgres.create(home, port)
    account = {"user": cluster.uid, "group": cluster.uid, "extra_groups": []} if cluster.uid else {}
    with (folder / "postgres.log").open("wb") as log:
        command = [*cluster.command, "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"]
        process = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, **account)  # type: ignore[call-overload]
        try:
            while not listens(port):
                time.sleep(0.1)
            time.sleep(1)
            yield cluster.url
        finally:
            from django.db import connections

            connections.close_all()
            process.terminate()
            process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
