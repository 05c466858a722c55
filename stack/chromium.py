"""Chromium for the end-to-end tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from stack import paths
from stack.say import PartMissing, StackError, step
from stack.shell import logged, only_one

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_HINT = "There is no Chromium here: install it, or set CHROMIUM to the path of a Chromium or Chrome"


def find_chromium() -> str | None:
    """Return the path of a Chromium that is there already: CHROMIUM, PATH, macOS, Playwright's own; None if none is."""
    named = os.environ.get("CHROMIUM")
    if named:
        if shutil.which(named) is None:
            raise PartMissing(f"CHROMIUM names {named}, which is not a program: correct it or unset it.")
        return named
    for name in (*_NAMES, *_MAC):
        found = shutil.which(name)
        if found:
            return found
    return _playwright_path()


def _playwright_path() -> str | None:
    """Return the path of the browser Playwright has downloaded; None if it has not."""
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    done = subprocess.run([paths.venv_bin("python"), "-c", ask], capture_output=True, text=True)
    path = done.stdout.strip()
    return path if path and Path(path).exists() else None


def ensure_chromium() -> str:
    """Return the path of a Chromium, installed by apt-get (as root) or Playwright if need be. Raises StackError."""
    with only_one("chromium"):
        found = find_chromium()
        if found:
            return found
        for install in (_by_apt, _by_playwright):
            try:
                install()
            except StackError:
                continue
            found = find_chromium()
            if found:
                return found
    raise PartMissing(f"{_HINT}. What was tried is in {paths.log_dir() / 'chromium.log'}")


def _by_apt() -> None:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing Chromium (apt-get install chromium, about 40 s, once)"):
        logged(["apt-get", "update", "-q"], log="chromium", hint=_HINT, env=quiet)
        command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
        logged(command, log="chromium", hint=_HINT, env=quiet)


def _by_playwright() -> None:
    with step("Fetching Chromium (playwright install chromium, 170 MB, once)"):
        logged(
            [paths.venv_bin("python"), "-m", "playwright", "install", "chromium"], log="chromium", hint=_HINT
        )
