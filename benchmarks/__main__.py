"""`make benchmarks ARGS="home --help"`: runs the named benchmark with what follows; without a name, tells which there are."""

import runpy
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks there are: folders with a `run.py`."""
    return sorted(file.parent.name for file in Path(__file__).parent.glob("*/run.py"))


def main() -> int:
    """Run the benchmark that the first argument names; return 2 where it names none."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in names():
        print(f"Name one of: {', '.join(names())}. What each measures: benchmarks/README.md")
        return 2
    sys.argv = [f"benchmarks.{name}.run", *sys.argv[2:]]
    runpy.run_module(f"benchmarks.{name}.run", run_name="__main__")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
