"""What the person at the terminal reads: one line per step, with its time, and one clear line when something failed.

Programs that were started print at the same time, through `line` too, so that no line is torn apart.
"""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator

_lock = threading.Lock()
# Whether the cursor stands behind a step's text, waiting for its time.
_open = False


class StackError(Exception):
    """Something the person has to know or do; its text is shown as it is, without a traceback."""


class PartMissing(StackError):
    """A part (a program or library) could not be had in any way; the text says what was tried and what to do."""


def colour() -> bool:
    """Tell whether standard output takes colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def line(text: str) -> None:
    """Print one line at once; a step under way is left on a line of its own."""
    global _open
    with _lock, contextlib.suppress(BrokenPipeError, ValueError):
        if _open:
            print()
            _open = False
        print(text, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Print `text …`, run the block, then print how many seconds it took (or that it failed)."""
    global _open
    with _lock:
        print(f"{text} …", end="", flush=True)
        _open = True
    start = time.monotonic()
    try:
        yield
    except BaseException as error:
        _end_step(text, "interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        raise
    _end_step(text, f"done in {time.monotonic() - start:.0f} s")


def _end_step(text: str, how: str) -> None:
    global _open
    with _lock:
        print(f" {how}" if _open else f"{text}: {how}", flush=True)
        _open = False
