"""Runs one program so that it never outlives whoever started it; a script of its own, without any import of `stack`.

    python -I -S guard.py SIGNAL GRACE UID PROGRAM [ARGUMENT …]

It ends PROGRAM with SIGNAL (a name like TERM), and after GRACE seconds with KILL, together with every process of its
group, when standard input is closed, when its own parent is gone, or when it gets SIGTERM, SIGINT or SIGHUP itself;
asked by a second signal, it kills at once. SIGUSR1 freezes the program's group, SIGUSR2 lets it go on. With a UID
other than `-`, the program runs as that user. Its exit status is the program's (128 + n for signal n).
"""

import contextlib
import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
import time

_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 1.0
_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _before_exec(uid: int | None) -> None:
    """In the child: become `uid`, and ask Linux for a KILL should this guard itself be killed."""
    if uid is not None:
        os.setgroups([])
        os.setgid(pwd.getpwuid(uid).pw_gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _group(pid: int, signum: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


def _wake_on_signals() -> int:
    """Have signals written to a pipe instead of interrupting; return its end to read from."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for signum in (*_STOP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD):
        signal.signal(signum, lambda *_: None)
    return reader


def _watch(child: subprocess.Popen[bytes], reader: int, stop_signal: int, grace: float, parent: int) -> None:
    """Return when `child` has ended; see the module's text for what ends it."""
    deadline, asked = None, 0
    watched = [reader, 0]
    while child.poll() is None:
        left = _LOOK_SECONDS if deadline is None else deadline - time.monotonic()
        ready, _, _ = select.select(watched, [], [], max(0.0, min(_LOOK_SECONDS, left)))
        got = os.read(reader, 64) if reader in ready else b""
        if signal.SIGUSR1 in got:
            _group(child.pid, signal.SIGSTOP)
        if signal.SIGUSR2 in got:
            _group(child.pid, signal.SIGCONT)
        closed = 0 in ready and not os.read(0, 64)
        if closed:
            watched.remove(0)
        asked += sum(byte in _STOP for byte in got)
        if deadline is None and (closed or asked or os.getppid() != parent):
            deadline = time.monotonic() + grace
            child.send_signal(stop_signal)
            _group(child.pid, signal.SIGCONT)
        if asked > 1:
            deadline = time.monotonic()
        if deadline is not None and time.monotonic() >= deadline:
            _group(child.pid, signal.SIGKILL)


def main(arguments: list[str]) -> int:
    """Run the program of `arguments` (see the module's text) and return the exit status."""
    name, grace, uid, *command = arguments
    parent = os.getppid()
    reader = _wake_on_signals()
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: _before_exec(None if uid == "-" else int(uid)),
        )
    except OSError as error:
        print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
        return 127
    _watch(child, reader, getattr(signal, f"SIG{name}"), float(grace), parent)
    _group(child.pid, signal.SIGKILL)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
