"""LiveKit's webhooks: verified, then taken as hints. They get lost and come out of order, so nothing in them is applied."""

import logging

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from livekit import api
from livekit.protocol.webhook import WebhookEvent

from rooms.audio.hints import hint
from spaces_project.lib import heartbeats

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 256 * 1024


@csrf_exempt
@require_POST
def livekit_webhook(request: HttpRequest) -> JsonResponse:
    """Take a hint. 401 unless it is signed with our key over this very body; 413 when it is far too long."""
    told = request.headers.get("Content-Length") or "0"
    if not (told.isascii() and told.isdigit()):
        return _answer(400, "webhook.bad_length", "The Content-Length is no number.")
    # Nothing of a body that says that it is far too long is read.
    if len(told) > 18 or int(told) > MAX_BODY_BYTES or len(request.body) > MAX_BODY_BYTES:
        return _answer(413, "webhook.too_long", "The body is too long.")
    event = _verified(request)
    if event is None:
        return _answer(401, "webhook.not_verified", "The signature does not fit the body.")
    heartbeats.heard_of("webhook:livekit")
    hint(event)
    return JsonResponse({})


def _verified(request: HttpRequest) -> WebhookEvent | None:
    if not settings.LIVEKIT_API_SECRET:
        return None
    verifier = api.TokenVerifier(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    try:
        return api.WebhookReceiver(verifier).receive(
            request.body.decode(), request.headers.get("Authorization", "")
        )
    except (
        Exception
    ) as error:  # the receiver has no error of its own: PyJWT's, protobuf's and bare ones come out
        logger.info("Refused a webhook: %s", error)
        return None


def _answer(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)
