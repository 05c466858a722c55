"""Stripe's webhooks: of our own account and of the creators' accounts, at one address."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from spaces_project.lib import heartbeats
from spaces_project.lib.webhooks import body_refused, not_verified
from tickets.services.webhooks import webhook_receive
from tickets.stripe.signatures import verified


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> JsonResponse:
    """Keep an event. 401 unless it is signed by Stripe over this very body, not long ago; 413 when it is far too long."""
    if refused := body_refused(request):
        return refused
    event = verified(request.body, request.headers.get("Stripe-Signature", ""))
    if event is None:
        return not_verified()
    heartbeats.heard_of("webhook:stripe")
    webhook_receive(event=event, now=timezone.now())
    return JsonResponse({})
