"""Looks an installation over and says in plain words what is wrong with it, and what to do (`manage.py doctor`).

Each check of `DOCTOR_CHECKS` takes `now` and returns Findings (spaces_project.lib.health); an app adds its own.
"""
