"""Webhooks are made, changed, tried and deleted by their owner."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from integrations.errors import TooManyWebhooks, WebhookIsOff
from integrations.models import Kind, Webhook, WebhookDelivery
from integrations.selectors import delivery_of, webhook_of
from integrations.services.events import ping_write
from integrations.signing import new_secret
from spaces_project.lib import limits
from spaces_project.lib.addresses import AddressRefused, check_endpoint
from spaces_project.lib.errors import Invalid
from spaces_project.lib.tasks import enqueue_on_commit


def webhook_create(*, owner: User, url: str, kinds: Sequence[str], now: datetime) -> Webhook:
    """Tell `url` of events of these kinds from now on. Raises Invalid (fields `url`, `kinds`), TooManyWebhooks."""
    url, chosen = _checked(url, kinds)
    with transaction.atomic():
        # Whoever makes two at once gets one after the other.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if Webhook.objects.filter(owner=owner).count() >= settings.WEBHOOKS_MAX:
            raise TooManyWebhooks()
        return Webhook.objects.create(owner=owner, url=url, kinds=chosen, secret=new_secret(), created_at=now)


@transaction.atomic
def webhook_change(
    *,
    owner: User,
    webhook_id: int,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    is_on: bool | None = None,
    now: datetime,
) -> Webhook:
    """Change what is given; turned on again it begins with no failures. Raises WebhookNotFound, Invalid (`url`, `kinds`)."""
    hook = webhook_of(owner, webhook_id, lock=True)
    hook.url, hook.kinds = _checked(hook.url if url is None else url, hook.kinds if kinds is None else kinds)
    hook.save(update_fields=["url", "kinds"])
    if is_on is False:
        turn_off(hook, reason="", now=now)
    elif is_on:
        hook.is_on, hook.off_reason, hook.failures = True, "", 0
        hook.save(update_fields=["is_on", "off_reason", "failures"])
    return hook


def turn_off(hook: Webhook, *, reason: str, now: datetime) -> None:
    """Tell it nothing from now on, nor what still waits. Call it with the row locked."""
    hook.is_on, hook.off_reason = False, reason
    hook.save(update_fields=["is_on", "off_reason"])
    waiting = WebhookDelivery.objects.filter(webhook=hook, state=WebhookDelivery.State.WAITING)
    waiting.update(state=WebhookDelivery.State.FAILED, error="the webhook was turned off", done_at=now)


def webhook_delete(*, owner: User, webhook_id: int) -> None:
    """Tell it nothing any more; its log goes with it. Raises WebhookNotFound."""
    webhook_of(owner, webhook_id).delete()


def webhook_ping(*, owner: User, webhook_id: int, now: datetime) -> WebhookDelivery:
    """Send a test. Raises WebhookNotFound, WebhookIsOff, TooMany."""
    hook = webhook_of(owner, webhook_id)
    if not hook.is_on:
        raise WebhookIsOff()
    limits.require("webhook.ping", user=owner, now=now)
    return ping_write(hook=hook, now=now)


def webhook_send_again(*, owner: User, delivery_id: int, now: datetime) -> WebhookDelivery:
    """Send once more, now, what was sent, given up, or waits. Raises WebhookNotFound, WebhookIsOff, TooMany."""
    delivery = delivery_of(owner, delivery_id)
    if not delivery.webhook.is_on:
        raise WebhookIsOff()
    limits.require("webhook.ping", user=owner, now=now)
    delivery.state, delivery.due_at, delivery.attempts = WebhookDelivery.State.WAITING, now, 0
    delivery.claim = delivery.claimed_until = delivery.done_at = None
    delivery.save(update_fields=["state", "due_at", "attempts", "claim", "claimed_until", "done_at"])
    enqueue_on_commit("integrations.tasks.webhooks_run")
    return delivery


def _checked(url: str, kinds: Sequence[str]) -> tuple[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    url = url.strip()
    try:
        check_endpoint(url)
    except AddressRefused as error:
        wrong["url"] = [_("Give an https address on the internet: %(why)s.") % {"why": error}]
    offered = [kind.value for kind in Kind if kind != Kind.PING]
    if not kinds:
        wrong["kinds"] = [_("Choose what it is told of.")]
    elif not set(kinds) <= set(offered):
        wrong["kinds"] = [_("There is no such event.")]
    if wrong:
        raise Invalid(fields=wrong)
    return url, [kind for kind in offered if kind in kinds]
