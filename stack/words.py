"""The words of the product in its languages: compiled where the product and the browser read them (stack/catalogues.py)."""

import subprocess

from stack import paths
from stack.say import step
from stack.shell import logged, only_one
from stack.stamps import Stamp

LOCALE = paths.ROOT / "locale"
# What the browser reads: English needs no file.
BROWSER = paths.FRONTEND / "dist" / "words"
_TOOL = [paths.venv_bin("python"), "-m", "stack.catalogues"]


def ensure_words() -> None:
    """Compile `locale/` into .mo files and `frontend/dist/words`, if it has changed. Raises StackError when that fails."""
    with only_one(f"words-{paths.ROOT.name}"):
        sources = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
        code = paths.ROOT / "stack" / "catalogues.py"
        stamp = Stamp(BROWSER / ".stamp", [code, *sources])
        compiled = [file.with_suffix(".mo") for file in sources if file.stem == "django"]
        if stamp.fresh() and all(file.is_file() for file in compiled):
            return
        with step("Compiling the languages"):
            logged([*_TOOL, "compile"], log="words", hint="The languages could not be compiled")
        stamp.write()


def messages() -> int:
    """Take all words of the code and the templates into `locale/*.po`; return the exit status."""
    return subprocess.run([*_TOOL, "extract"], cwd=paths.ROOT).returncode


def check() -> int:
    """Say which words `locale/` does not have, or has wrong; return the exit status."""
    return subprocess.run([*_TOOL, "check"], cwd=paths.ROOT).returncode
