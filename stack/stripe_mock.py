"""stripe-mock: Stripe's own server for tests, which checks every request against the API's description and keeps nothing.

This one has the description of 2026-08-26.dahlia, while the `stripe` library speaks 2026-10-28.endive, which no
stripe-mock has yet. The requests we make are the same in both, so it is not started with its strict check of the version.
"""

from pathlib import Path

from stack.go import GoProgram, ensure

SERVER = GoProgram(
    program="stripe-mock",
    what="stripe-mock",
    source="github.com/stripe/stripe-mock",
    version="0.203.0",
    built="stripe-mock",
    named_by="STRIPE_MOCK",
    minutes="about half a minute",
)


def ensure_stripe_mock() -> str:
    """Return the path of stripe-mock: STRIPE_MOCK, PATH, the cache, or built now. Raises StackError."""
    return ensure(SERVER)


def command(binary: str, port: int, folder: Path) -> list[str]:
    """Return the command line of a stripe-mock on `port` of loopback.

    It insists on serving TLS as well, which nobody asks for: that goes to a socket in `folder`.
    """
    return [binary, "-http-addr", f"127.0.0.1:{port}", "-https-unix", str(folder / "stripe-mock.sock")]
