"""Installers and builders: quiet when they succeed, the end of their output and what to do when they fail."""

from pathlib import Path

import pytest

from stack.say import StackError
from stack.shell import SHOWN_LINES, logged


@pytest.fixture(autouse=True)
def _private_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPACES_VAR_DIR", str(tmp_path))


def test_success_prints_nothing_and_keeps_the_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logged(["echo", "hello"], log="pip", hint="do this")
    assert capsys.readouterr().out == ""
    assert "hello" in (tmp_path / "log" / "pip.log").read_text()


def test_failure_shows_the_end_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logged(["echo", "of an earlier command"], log="npm", hint="")
    with pytest.raises(StackError, match=r"do this \(exit 3; the whole output is in .*npm\.log\)"):
        logged(["sh", "-c", "seq 100; exit 3"], log="npm", hint="do this")
    shown = capsys.readouterr().out.split()
    assert shown == [str(number) for number in range(101 - SHOWN_LINES, 101)]


def test_program_that_is_not_there_is_named() -> None:
    with pytest.raises(
        StackError, match=r"/nowhere/npm cannot be run \(No such file or directory\). Install it"
    ):
        logged(["/nowhere/npm"], log="npm", hint="Install it")
