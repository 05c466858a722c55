#!/usr/bin/env python
"""Django's command line for Spaces."""

import os
import sys


def main() -> None:
    """Run one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
    from django.core.management import execute_from_command_line

    from spaces_project.lib.caller import called_by

    with called_by("command"):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
