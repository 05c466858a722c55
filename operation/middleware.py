"""`/healthz`, `/readyz` and `/metrics`: for machines that ask by address, and so before a host's name is looked at."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from ipaddress import ip_address, ip_network
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from operation.readiness import as_json, parts
from spaces_project.lib import metrics
from spaces_project.lib.caller import address_of

logger = logging.getLogger(__name__)


class ProbeMiddleware:
    """Answers those who watch over the installation; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/healthz": alive,
            "/readyz": ready,
            "/metrics": figures,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass on."""
        answer = self._answers.get(request.path)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = answer(request)
        response["Cache-Control"] = "no-store"
        # Django would write an error for each time that something is missing; whoever asks is told.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers: nothing else is looked at."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """How each part was found; 503 without one that is required."""
    body, status = as_json(parts())
    return JsonResponse(body, status=status)


def figures(request: HttpRequest) -> HttpResponse:
    """Everything counted and read, in Prometheus' text; 403 for whoever settings do not name."""
    if not _may_read(request):
        body = {"code": "metrics.not_allowed", "message": "Figures are for those who run the site."}
        return JsonResponse(body | {"fields": {}}, status=403)
    registry = metrics.registry_with(_readings(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme == "Bearer":
        return compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    address = address_of(request.META.get("REMOTE_ADDR"), request.META.get("HTTP_X_FORWARDED_FOR"))
    if address is None:
        return False
    return any(ip_address(address) in ip_network(one, strict=False) for one in settings.METRICS_ADDRESSES)


def _readings(now: datetime) -> Iterable[GaugeMetricFamily]:
    """What the parts say of themselves; one that cannot is named, and the others go on."""
    failed = {}
    for path in settings.METRICS_COLLECTORS:
        try:
            yield from list(import_string(path)(now))
            failed[path] = 0.0
        except Exception:
            logger.exception("Could not read the figures of %s", path)
            failed[path] = 1.0
    yield metrics.reading("spaces_collector_failed", "Whether figures could not be read.", failed, label="of")
