"""Every request to the API counts, whatever it asks for."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from spaces_project.lib import limits


class EveryRequest(BaseThrottle):
    """`api` of the table of limits."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Pass, or raise TooMany."""
        user = request.user if request.user.is_authenticated else None
        limits.require("api", user=user, now=timezone.now())
        return True
