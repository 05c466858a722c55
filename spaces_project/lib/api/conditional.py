"""What has not changed since a client read it is answered with 304, and no body."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag


class EtagMiddleware:
    """Gives each read of the API an `ETag`, made from its bytes, and looks at `If-None-Match`.

    The answer is made in any case, since nearly each depends on who asks; what is saved is its way to the client.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say that it is as it was."""
        response = self.get_response(request)
        if (
            request.method not in ("GET", "HEAD")
            or response.status_code != 200
            or not request.path.startswith("/api/")
        ):
            return response
        # Kept by the client alone, and asked for again each time.
        patch_cache_control(response, private=True, no_cache=True)
        if response.streaming:
            return response
        etag = set_response_etag(response)["ETag"]
        return get_conditional_response(request, etag=etag, response=response) or response
