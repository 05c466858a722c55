"""Progress lines."""

import pytest

from stack import say


def test_step_says_how_long_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    with say.step("Building the audio server"):
        pass
    assert capsys.readouterr().out == "Building the audio server … done in 0 s\n"


def test_other_lines_do_not_tear_a_step_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with say.step("Preparing the database"):
        say.line("redis   | up")
    assert capsys.readouterr().out.splitlines() == [
        "Preparing the database …",
        "redis   | up",
        "Preparing the database: done in 0 s",
    ]


def test_failed_step_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(say.StackError), say.step("Building"):
        raise say.StackError("no")
    assert capsys.readouterr().out == "Building … failed\n"
