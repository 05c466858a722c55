"""Looks at all parts at once, each for `READY_TIMEOUT_SECONDS` at most, however it hangs."""

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from spaces_project.lib.health import Missing, TurnedOff

# Whoever asks more often is told what was found a moment ago.
_FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Part:
    """How a part was found: `state` is ok, off or missing; `ms` is how long it took to say so."""

    state: str
    ms: float
    required: bool
    why: str = ""


@dataclass
class _Look:
    """A look at a part that goes on in a thread of its own."""

    began: float
    ended: float | None = None
    state: str = ""
    why: str = ""


_looks: dict[str, _Look] = {}
_lock = threading.Lock()
_last: tuple[float, dict[str, Part]] | None = None


def parts() -> dict[str, Part]:
    """Every part of `READY_CHECKS`, by its name. What was found less than a second ago counts."""
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] > _FRESH_SECONDS:
            found = _look_at_all()
            _last = (time.monotonic(), found)
        return _last[1]


def forget() -> None:
    """Look anew the next time."""
    global _last
    _last = None


def as_json(found: dict[str, Part]) -> tuple[dict[str, Any], int]:
    """The answer of `/readyz`, and its HTTP status: 503 when a part that is required is missing."""
    ready = not any(part.required and part.state == "missing" for part in found.values())
    told = {
        name: {key: value for key, value in asdict(part).items() if value != ""}
        for name, part in found.items()
    }
    return {"ready": ready, "parts": told}, 200 if ready else 503


def _look_at_all() -> dict[str, Part]:
    began = time.monotonic()
    threads: dict[str, threading.Thread | None] = {}
    for name, path in settings.READY_CHECKS.items():
        look = _looks.get(name)
        if look is not None and look.ended is None:
            # It still hangs from the time before: no second thread waits beside it.
            threads[name] = None
            continue
        _looks[name] = look = _Look(began)
        threads[name] = threading.Thread(
            target=_look_at, args=(look, import_string(path)), name=f"ready-{name}", daemon=True
        )
        threads[name].start()  # type: ignore[union-attr]  # just made
    for thread in threads.values():
        if thread is not None:
            thread.join(max(0.0, began + settings.READY_TIMEOUT_SECONDS - time.monotonic()))
    return {name: _found(name, _looks[name]) for name in threads}


def _look_at(look: _Look, check: Callable[[], None]) -> None:
    try:
        check()
        look.state = "ok"
    except TurnedOff:
        look.state = "off"
    except Missing as error:
        look.state, look.why = "missing", str(error)
    except Exception as error:
        # Its words may name servers and accounts; the doctor says more.
        look.state, look.why = "missing", type(error).__name__
    finally:
        look.ended = time.monotonic()


def _found(name: str, look: _Look) -> Part:
    required = name in settings.READY_REQUIRED
    if look.ended is None:
        waited = time.monotonic() - look.began
        return Part("missing", round(waited * 1000, 1), required, f"no answer for {waited:.0f} s")
    return Part(look.state, round((look.ended - look.began) * 1000, 1), required, look.why)
