#!/usr/bin/env python
"""Django's command line for Spaces."""

import os
import sys


def main() -> None:
    """Run one management command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from spaces_project.lib.caller import called_by

    with called_by("command"):
        try:
            execute_from_command_line(sys.argv)
        except ImproperlyConfigured as error:
            # In words: whoever sets a server up reads this before anything works.
            sys.exit(f"The settings are not complete: {error}")


if __name__ == "__main__":
    main()
