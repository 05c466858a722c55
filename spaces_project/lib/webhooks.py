"""The door of every webhook: how long a body may be, and what is said to who is not let in."""

from django.http import HttpRequest, JsonResponse

MAX_BODY_BYTES = 256 * 1024


def body_refused(request: HttpRequest) -> JsonResponse | None:
    """Why the body of a webhook is not looked at: no length (400), far too long (413); None when it is to be read."""
    told = request.headers.get("Content-Length") or "0"
    if not (told.isascii() and told.isdigit()):
        return _answer(400, "webhook.bad_length", "The Content-Length is no number.")
    # Nothing of a body that says that it is far too long is read.
    if len(told) > 18 or int(told) > MAX_BODY_BYTES or len(request.body) > MAX_BODY_BYTES:
        return _answer(413, "webhook.too_long", "The body is too long.")
    return None


def not_verified() -> JsonResponse:
    """It is not signed by whom it should be, over this very body."""
    return _answer(401, "webhook.not_verified", "The signature does not fit the body.")


def _answer(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)
