"""The commands by name."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable

from stack import checks, config, paths, python, words
from stack import run as running
from stack.config import Config, Running
from stack.say import StackError


def manage(*arguments: str) -> int:
    """Run a management command in the environment of the running stack, or of the one that would be started."""
    python.ensure_packages(dev=False)
    config.load_dotenv()
    environment = Running.read() or Config.read(os.environ).environment(os.environ, audio=True)
    words = shlex.split(arguments[0]) if len(arguments) == 1 else list(arguments)
    command = [paths.venv_bin("python"), "manage.py", *words]
    process = subprocess.Popen(command, cwd=paths.ROOT, env={**os.environ, **environment})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C has reached the command as well, which ends what it does in its own time.
            continue


def demo_space(*arguments: str) -> int:
    """Run a Space with demo voices in the running stack."""
    if Running.read() is None:
        raise StackError("Spaces is not running: start it with `make run` in another terminal first.")
    return manage("demo_space", *arguments)


def messages() -> int:
    """Take all words of the code into locale/*.po."""
    python.ensure_packages(dev=False)
    return words.messages()


def doctor() -> int:
    """Say what is wrong with the running stack, or with the one that would be started."""
    return manage("doctor")


def clean() -> int:
    """Remove what was made in the work tree, except the private data in var/."""
    made = [".venv", "frontend/node_modules", "frontend/dist", ".mypy_cache", ".ruff_cache", ".pytest_cache"]
    for name in [*made, ".import_linter_cache"]:
        shutil.rmtree(paths.ROOT / name, ignore_errors=True)
    for file in words.LOCALE.rglob("*.mo"):
        file.unlink()
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "setup": checks.setup,
    "run": running.run,
    "test": checks.test,
    "test-sqlite": checks.test_sqlite,
    "lint": checks.lint,
    "check": checks.check,
    "format": checks.format_all,
    "schema": checks.schema,
    "lock": checks.lock,
    "messages": messages,
    "benchmarks": checks.benchmarks,
    "manage": manage,
    "demo-space": demo_space,
    "doctor": doctor,
    "clean": clean,
}


def main(arguments: list[str]) -> int:
    """Run the command `arguments[0]` with the rest as its arguments; return the exit status."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python3 -m stack {{{'|'.join(COMMANDS)}}}", file=sys.stderr)
        return 2
    # Without compiled files every program that is started reads the same code anew, which takes seconds each time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return COMMANDS[arguments[0]](*arguments[1:])
    except StackError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
