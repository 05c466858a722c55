"""Each HTTP request gets a name, is measured, and leaves one line."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from spaces_project.lib import metrics
from spaces_project.lib.trace import taken_or_new, traced

logger = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMiddleware:
    """The outermost: what it measures is what a client waits for.

    The name comes from `X-Request-ID` where that is one, and goes back in the same header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under a name."""
        name = taken_or_new(request.headers.get("X-Request-ID"))
        with traced(name):
            began = time.perf_counter()
            response = self.get_response(request)
            _note(request, response, time.perf_counter() - began)
        response["X-Request-ID"] = name
        return response


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    # What leads nowhere has one name, else whoever tries addresses would make up figures.
    view = match.view_name or match.route if match else "static" if response.status_code < 400 else "unknown"
    method = request.method if request.method in _METHODS else "OTHER"
    metrics.REQUESTS.labels(view, method, response.status_code).inc()
    metrics.REQUEST_SECONDS.labels(view).observe(seconds)
    if view == "static":
        return
    ms = round(seconds * 1000)
    fields = {"method": method, "view": view, "status": response.status_code, "ms": ms}
    # Never the path: what is in it may be a name, or a secret.
    logger.info("%s %s: %s in %s ms", method, view, response.status_code, ms, extra=fields)
