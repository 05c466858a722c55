"""The command line of the Makefile: `python3 -m stack COMMAND`. Also runs under a Python that is too old, to say so."""

import os
import shutil
import subprocess
import sys

if sys.version_info < (3, 11):
    # Look for a newer one and start again with it.
    for _name in ("python3.13", "python3.12", "python3.11"):
        _found = shutil.which(_name)
        if _found and subprocess.call([_found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(_found, [_found, "-m", "stack", *sys.argv[1:]])
    sys.exit("Spaces needs Python 3.11 or newer: install it, or run `make PYTHON=/path/to/python3.11 …`.")

from stack.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
