"""The demo: voices that are made here, and a client that brings them on air over the public API, like any other app.

Nothing of the site imports this package; `manage.py demo_space` and the tests do.
"""
