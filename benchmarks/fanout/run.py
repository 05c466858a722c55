"""`python -m benchmarks.fanout.run [--quick]`: our hub beside other ways to bring one frame to thousands of sockets.

The server has one core to itself, the load (load.c), the publisher and Redis have the other. Everything runs on
loopback, on ports of its own, and is ended at the end. `--only hub` keeps to the ways whose name holds "hub".
"""

import argparse
import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stack import redis
from stack.ports import free_port
from stack.processes import listens

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
CORE = "channels_redis.core.RedisChannelLayer"
RAW_CHANNEL = "fanout-raw"


@dataclass(frozen=True)
class Way:
    """A server to measure."""

    name: str
    server: str
    app: str
    layer: str = PUBSUB


WAYS = [
    Way("hub, daphne", "daphne", "hub"),
    Way("hub, uvicorn", "uvicorn", "hub"),
    Way("plain pubsub, daphne", "daphne", "plain"),
    Way("plain pubsub, uvicorn", "uvicorn", "plain"),
    Way("plain core layer, daphne", "daphne", "plain", CORE),
    Way("plain core layer, uvicorn", "uvicorn", "plain", CORE),
    Way("websockets.broadcast", "websockets", ""),
]


@dataclass(frozen=True)
class Result:
    """What one phase gave: times in milliseconds."""

    received: int
    expected: int
    seconds: float
    p50: float
    p99: float
    worst: float
    disordered: int
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Deliveries a second."""
        return self.received / self.seconds if self.seconds else 0.0

    @property
    def cpu_us(self) -> float:
        """Microseconds of the server's CPU a delivery: what other programs on the machine change least."""
        return 1e6 * self.cpu_seconds / self.received if self.received else float("inf")


@dataclass(frozen=True)
class Measured:
    """All that was measured of one way with one number of sockets."""

    sockets: int
    open_seconds: float
    kib_per_socket: float
    paced: Result
    burst: Result


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="1,000 sockets only, fewer frames: under a minute"
    )
    parser.add_argument("--only", default="", help="only ways whose name holds this")
    parser.add_argument("--sockets", type=int, action="append", help="instead of 1,000 and 5,000")
    parser.add_argument("--nice", type=int, default=0, help="-15: go before other programs here (needs root)")
    options = parser.parse_args()
    os.nice(options.nice)
    if not shutil.which("cc"):
        print("There is no C compiler (cc) here, and a load generator in Python would be what is measured.")
        return 1
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cores = sorted(os.sched_getaffinity(0))
    server_core, load_core = cores[0], cores[-1]
    if server_core == load_core:
        print("Only one core: server and load disturb each other.")
    os.sched_setaffinity(0, {load_core})
    print(f"{len(cores)} cores, load average {os.getloadavg()[0]:.2f}, {hard} open files", flush=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        bench = Bench(Path(folder), server_core, quick=options.quick)
        stack.enter_context(bench.redis())
        results: dict[tuple[str, int], Measured] = {}
        for sockets in options.sockets or ([1000] if options.quick else [1000, 5000]):
            for way in WAYS:
                if options.only in way.name and not (way.layer == CORE and sockets > 1000):
                    results[way.name, sockets] = measured = bench.measure(way, sockets)
                    print_row(way.name, measured)
    print_ratios(results)
    return 0


class Bench:
    """Builds the load generator and runs servers."""

    def __init__(self, folder: Path, server_core: int, *, quick: bool) -> None:
        self._folder = folder
        self._server_core = server_core
        self._quick = quick
        self._redis_port = free_port()
        self._redis_url = f"redis://127.0.0.1:{self._redis_port}/0"
        self._load = folder / "load"
        subprocess.run(["cc", "-O2", "-o", str(self._load), str(HERE / "load.c")], check=True)

    @contextlib.contextmanager
    def redis(self) -> Iterator[None]:
        """A Redis for the length of a block."""
        command = redis.command(redis.ensure_redis(), self._redis_port, self._folder / "redis")
        with running(command, self._folder / "redis.log"):
            wait_for(self._redis_port)
            yield

    def measure(self, way: Way, sockets: int) -> Measured:
        """Start the server, open the sockets, publish at a pace and then at once."""
        port = free_port()
        env = {
            **os.environ,
            "DEBUG": "0",
            "SECRET_KEY": "benchmark",
            "LIVEKIT_URL": "",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "REDIS_URL": self._redis_url,
            "FANOUT_LAYER": way.layer,
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }
        command = self._command(way, port)
        log = self._folder / "server.log"
        with (
            running(command, log, env=env, core=self._server_core) as server,
            contextlib.ExitStack() as stack,
        ):
            wait_for(port)
            empty = resident_kib(server.pid)
            load = stack.enter_context(talking([str(self._load), str(port), str(sockets)], env))
            open_seconds = float(read(load, "ready").split()[1])
            full = resident_kib(server.pid)
            raw = [RAW_CHANNEL] if way.server == "websockets" else []
            publisher = stack.enter_context(
                talking([sys.executable, "-m", "benchmarks.fanout.publish", *raw], env)
            )
            read(publisher, "ready")
            run = Run(load, publisher, server.pid)
            if way.layer == CORE:
                # It cannot keep up with one frame a second to so many: what counts is how far it gets in the time.
                paced, burst = run.phase(3, per_second=1, seconds=8), run.phase(5, per_second=0, seconds=10)
            else:
                frames = 5 if self._quick else 10
                paced = run.phase(frames, per_second=1, seconds=frames + 5)
                deliveries = 20_000 if self._quick or way.app == "plain" else 200_000
                burst = run.phase(max(4, deliveries // sockets), per_second=0, seconds=12)
        return Measured(sockets, open_seconds, (full - empty) / sockets, paced, burst)

    def _command(self, way: Way, port: int) -> list[str]:
        python, app = sys.executable, f"benchmarks.fanout.apps:{way.app}"
        if way.server == "daphne":
            return [python, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), app]
        if way.server == "uvicorn":
            quiet = ["--log-level", "warning", "--lifespan", "off"]
            return [python, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port), *quiet, app]
        return [python, "-m", "benchmarks.fanout.broadcast", str(port), self._redis_url, RAW_CHANNEL]


@dataclass(frozen=True)
class Run:
    """A server with sockets open on it, and somebody who publishes."""

    load: "subprocess.Popen[str]"
    publisher: "subprocess.Popen[str]"
    server_pid: int

    def phase(self, frames: int, *, per_second: float, seconds: float) -> Result:
        """Publish so many frames and return what arrived in time."""
        say(self.load, f"begin {frames} {seconds}")
        read(self.load, "measuring")
        before = cpu_seconds(self.server_pid)
        say(self.publisher, f"{frames} {per_second}")
        found = dict(re.findall(r"(\w+) (-?[\d.]+)", read(self.load, "received")))
        spent = cpu_seconds(self.server_pid) - before
        read(self.publisher, "published")
        seconds_taken, p50, p99, worst = (float(found[name]) for name in ("seconds", "p50", "p99", "max"))
        received, expected, disordered = (int(found[name]) for name in ("received", "expected", "disordered"))
        return Result(received, expected, seconds_taken, p50, p99, worst, disordered, spent)


@contextlib.contextmanager
def running(
    command: list[str], log: Path, *, env: dict[str, str] | None = None, core: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program for the length of a block, on a core of its own if there is one for it."""

    def pin() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=env, cwd=ROOT, preexec_fn=pin)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def talking(command: list[str], env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """A program that is told and tells what happens, line by line."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def say(process: "subprocess.Popen[str]", line: str) -> None:
    """Write a line to a program."""
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def read(process: "subprocess.Popen[str]", word: str) -> str:
    """The next line of a program that begins with `word`; fails when it ends before."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith(word):
            return line
    raise SystemExit(f"{process.args!r} ended before it said {word!r}")


def wait_for(port: int) -> None:
    """Return when something listens on the port."""
    end = time.monotonic() + 30
    while not listens(port):
        if time.monotonic() > end:
            raise SystemExit(f"nothing listens on port {port}")
        time.sleep(0.02)


def cpu_seconds(pid: int) -> float:
    """What a process has used, in its own code and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid: int) -> int:
    """Memory of a process."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", text)
    assert found
    return int(found[1])


def print_row(name: str, measured: Measured) -> None:
    """One line for one way."""
    paced, burst = measured.paced, measured.burst
    lost = paced.expected - paced.received + burst.expected - burst.received
    row = (
        f"{name:26} {measured.sockets:5} sockets  {burst.per_second:9,.0f} deliveries/s {burst.cpu_us:7.1f} µs CPU each"
        f"  p50 {paced.p50:8.1f} ms  p99 {paced.p99:8.1f} ms  {measured.kib_per_socket:5.1f} KiB/socket"
        f"  opened in {measured.open_seconds:4.1f} s"
    )
    if lost:
        row += f"  NOT ARRIVED IN TIME: {lost}"
    if disordered := paced.disordered + burst.disordered:
        row += f"  OUT OF ORDER: {disordered}"
    print(row, flush=True)


def print_ratios(results: dict[tuple[str, int], Measured]) -> None:
    """Our hub beside the others on the same server: deliveries a second, and deliveries a second of CPU."""
    for (name, sockets), measured in results.items():
        if not name.startswith("hub"):
            continue
        server = name.partition(", ")[2]
        for other in (f"plain pubsub, {server}", f"plain core layer, {server}", "websockets.broadcast"):
            found = results.get((other, sockets))
            if found and found.burst.per_second:
                ratio = measured.burst.per_second / found.burst.per_second
                cpu = found.burst.cpu_us / measured.burst.cpu_us
                print(f"{name}, {sockets} sockets: {ratio:6.1f} × {other} ({cpu:.1f} × by CPU)")


if __name__ == "__main__":
    sys.exit(main())
