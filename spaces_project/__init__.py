"""Composition root: settings, URLs, ASGI application and Celery application of Spaces."""

from spaces_project.celery import app as celery_app

__all__ = ["celery_app"]
