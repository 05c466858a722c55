"""Steps are skipped while their inputs stay the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stack import node, paths
from stack.stamps import Stamp, digest


def test_stamp_is_fresh_until_an_input_changes(tmp_path: Path) -> None:
    source = tmp_path / "source.txt"
    source.write_text("one")
    file = tmp_path / "stamps" / "step"
    assert not Stamp(file, [source]).fresh()
    Stamp(file, [source]).write()
    assert Stamp(file, [source]).fresh()
    source.write_text("two")
    assert not Stamp(file, [source]).fresh()


def _rename(folder: Path) -> None:
    (folder / "a.ts").rename(folder / "b.ts")


def _add(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "new.ts").write_text("")


def _remove(folder: Path) -> None:
    (folder / "a.ts").unlink()


@pytest.mark.parametrize("change", [_rename, _add, _remove])
def test_changes_of_a_folder_are_seen(tmp_path: Path, change: Callable[[Path], None]) -> None:
    (tmp_path / "a.ts").write_text("a")
    before = digest([tmp_path])
    change(tmp_path)
    assert digest([tmp_path]) != before


def test_hidden_and_compiled_files_do_not_count(tmp_path: Path) -> None:
    before = digest([tmp_path])
    (tmp_path / ".stamp").write_text("x")
    (tmp_path / "module.pyc").write_text("x")
    assert digest([tmp_path]) == before


def test_bundle_is_built_once_and_again_when_its_source_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, ...]] = []

    def npm(*arguments: str, hint: str) -> None:
        built.append(arguments)
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        (tmp_path / "dist").mkdir(exist_ok=True)

    monkeypatch.setattr(paths, "FRONTEND", tmp_path)
    monkeypatch.setattr(node, "_npm", npm)
    monkeypatch.setattr(node, "bin_folder", lambda: tmp_path)
    for name in ("package.json", "package-lock.json", "main.ts"):
        (tmp_path / name).write_text("{}")

    node.ensure_bundle()
    node.ensure_bundle()
    assert [first for first, *_ in built] == ["ci", "run"]

    (tmp_path / "main.ts").write_text("changed")
    node.ensure_bundle()
    assert [first for first, *_ in built] == ["ci", "run", "run"]
