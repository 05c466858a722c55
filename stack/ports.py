"""TCP and UDP ports on loopback: is one taken, which one is free."""

import contextlib
import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

# Open files, whose locks end with this process.
_held: list[int] = []


def taken(port: int, *, udp: bool = False) -> bool:
    """Tell whether another program uses `port` on 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM) as probe:
        if not udp:
            # Connections that were closed a moment ago are no reason to wait; a listener is found all the same.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port() -> int:
    """Return a port free for TCP and UDP that no other caller on this machine gets while this process lives.

    A lock file per port keeps two test runs apart; the range lies below the one the system takes for outgoing
    connections. Raises RuntimeError when none is found.
    """
    folder = Path(tempfile.gettempdir()) / f"spaces-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for port in random.sample(range(20000, 32000), 200):
        lock = os.open(folder / str(port), os.O_CREAT | os.O_WRONLY, 0o600)
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not taken(port) and not taken(port, udp=True):
                _held.append(lock)
                return port
        os.close(lock)
    raise RuntimeError("no free port between 20000 and 32000")
