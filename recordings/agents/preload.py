"""Imported once, in the process that all jobs are forked from: they begin with Django and all of this in memory.

It must start no thread and open no connection: neither outlives a fork.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
django.setup()

import recordings.agents.process  # noqa: E402, F401
