"""Errors sent to a service that speaks Sentry's protocol (`SENTRY_DSN`), without anything personal; off by default."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration

from spaces_project.lib.redact import redacted, redacted_path
from spaces_project.lib.trace import trace

# Of a request, of the line that was logged, and of the whole: what could hold somebody's words.
_REQUEST_KEPT = ("method", "url")
_DROPPED = ("extra", "breadcrumbs")


def start() -> None:
    """Send errors from now on, if settings say where to."""
    if not settings.SENTRY_DSN:
        return
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        # Names of views, not paths.
        integrations=[DjangoIntegration(transaction_style="function_name"), CeleryIntegration()],
        auto_enabling_integrations=False,
        before_send=scrubbed,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )


def scrubbed(event: Any, hint: Any) -> Any:
    """The event without cookies, headers, bodies, query strings, arguments, names, addresses; who it was, by id alone."""
    for name in _DROPPED:
        event.pop(name, None)
    if request := event.get("request"):
        event["request"] = {name: request[name] for name in _REQUEST_KEPT if name in request}
        if url := event["request"].get("url"):
            event["request"]["url"] = redacted_path(str(url).partition("?")[0])
    if user := event.get("user"):
        event["user"] = {"id": user["id"]} if "id" in user else {}
    if entry := event.get("logentry"):
        entry.pop("params", None)
        entry.pop("formatted", None)
    event.setdefault("tags", {})["trace"] = trace()
    event.get("contexts", {}).pop("celery-job", None)
    return _walk(event)


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {name: _walk(one) for name, one in value.items()}
    return [_walk(one) for one in value] if isinstance(value, list) else value
