"""The browser code's own tests and types, run by node as `npm test` and `npm run check` run them."""

import subprocess

import pytest

from stack import node, paths


@pytest.fixture(scope="module", autouse=True)
def modules() -> None:
    """The packages that package-lock.json pins."""
    node.ensure_modules()


def npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run npm in `frontend/` and return what it printed."""
    folder = node.bin_folder()
    env = {"PATH": f"{folder}:/usr/bin:/bin", "npm_config_update_notifier": "false"}
    command = [str(folder / "npm"), "--silent", *arguments]
    return subprocess.run(command, cwd=paths.FRONTEND, capture_output=True, text=True, env=env, timeout=300)


def test_units_pass() -> None:
    run = npm("test")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# fail 0" in run.stdout or "fail 0" in run.stdout
    assert "skipped 0" in run.stdout


def test_types_are_sound() -> None:
    run = npm("run", "check")
    assert run.returncode == 0, run.stdout + run.stderr


def test_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (paths.FRONTEND / "package-lock.json").read_text()
