"""Hearing a replay in a browser: its buttons, where its sound is, which line is heard."""

from playwright.sync_api import Locator

from tests.e2e.pages import Visitor

SOUND = "document.getElementById('replay-audio')"


def act(one: Visitor, name: str) -> Locator:
    """A button of the player."""
    return one.page.locator(f"[data-replay-act={name}]")


def place(one: Visitor) -> float:
    """Where the sound is, in seconds."""
    return float(one.page.evaluate(f"{SOUND}.currentTime"))


def until(one: Visitor, condition: str) -> None:
    """Return once a condition of the page's script is true. (Its policy lets nobody wait inside.)"""
    for _ in range(600):
        if one.page.evaluate(condition):
            return
        one.page.wait_for_timeout(100)
    raise AssertionError(f"in vain: {condition}")


def passes(one: Visitor, seconds: float) -> None:
    """Return once the sound has passed that moment; it must not have failed."""
    until(one, f"{SOUND}.currentTime > {seconds}")
    assert one.page.evaluate(f"{SOUND}.error") is None


def heard_line(one: Visitor) -> Locator:
    """The line of the transcript that is heard."""
    return one.page.locator(".turn__line.is-heard")
