"""`python -m recordings.agents`: waits for jobs until it is asked to end."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")

if __name__ == "__main__":
    django.setup()
    from recordings.agents.worker import run

    run()
