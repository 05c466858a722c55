"""What happened is written down for each webhook that wants to hear of it."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from integrations.models import Kind, Webhook, WebhookDelivery
from rooms.models import Space
from spaces_project.lib.tasks import enqueue_on_commit

# So far back beat looks for what a worker was never told of (Redis was away, say).
CATCH_UP = timedelta(hours=1)
# Names of events are made in this one: the same event has the same name, whoever finds it.
_NAMES = UUID("6f1d7a52-3c1b-4e0e-9b57-0d3f7c1c9e11")


def space_event_write(*, kind: str, space_id: UUID, now: datetime) -> int:
    """Write an event of a Space down for the webhooks of its host that want it. Returns for how many; done again it is none."""
    space = Space.objects.select_related("host").filter(pk=space_id).first()
    if space is None:
        return 0
    hooks = [hook for hook in Webhook.objects.filter(owner=space.host, is_on=True) if kind in hook.kinds]
    return _write(hooks, Kind(kind), space, now=now)


def events_catch_up(*, now: datetime) -> int:
    """Write down what began and ended lately and was never written. Returns how many rows that were."""
    hooks: dict[int, list[Webhook]] = {}
    for hook in Webhook.objects.filter(is_on=True):
        hooks.setdefault(hook.owner_id, []).append(hook)
    written, since = 0, now - CATCH_UP
    for kind, field in ((Kind.STARTED, "started_at"), (Kind.ENDED, "ended_at")):
        owners = [owner for owner, own in hooks.items() if any(kind in hook.kinds for hook in own)]
        state = {"state": Space.State.ENDED} if kind == Kind.ENDED else {}
        lately = Space.objects.select_related("host").filter(
            host__in=owners, **{f"{field}__gte": since}, **state
        )
        for space in lately:
            wanted = [
                hook
                for hook in hooks[space.host_id]
                if kind in hook.kinds and hook.created_at <= getattr(space, field)
            ]
            written += _write(wanted, kind, space, now=now)
    return written


def ping_write(*, hook: Webhook, now: datetime) -> WebhookDelivery:
    """Write a test down."""
    body = _body(Kind.PING, {}, now=now)
    row = WebhookDelivery.objects.create(webhook=hook, kind=Kind.PING, body=body, due_at=now, created_at=now)
    enqueue_on_commit("integrations.tasks.webhooks_run")
    return row


def _write(hooks: Iterable[Webhook], kind: Kind, space: Space, *, now: datetime) -> int:
    event_id = uuid.uuid5(_NAMES, f"{kind}:{space.pk}:{space.session}")
    there = set(
        WebhookDelivery.objects.filter(webhook__in=hooks, event_id=event_id).values_list(
            "webhook_id", flat=True
        )
    )
    body = _body(kind, {"space": space_told(space)}, now=now)
    rows = [
        WebhookDelivery(webhook=hook, event_id=event_id, kind=kind, body=body, due_at=now, created_at=now)
        for hook in hooks
        if hook.pk not in there
    ]
    if rows:
        with transaction.atomic():
            WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
            enqueue_on_commit("integrations.tasks.webhooks_run")
    return len(rows)


def space_told(space: Space) -> dict[str, Any]:
    """A Space as webhooks tell of it; times that are not yet are null."""
    return {
        "id": str(space.pk),
        "url": f"{settings.SITE_URL}/spaces/{space.pk}/",
        "title": space.title,
        "state": space.state,
        "host": {"id": str(space.host_id), "handle": space.host.handle, "name": space.host.display_name},
        "scheduled_at": space.scheduled_at,
        "started_at": space.started_at,
        "ended_at": space.ended_at,
        "end_reason": space.end_reason,
        "peak_listeners": space.peak_listeners,
    }


def _body(kind: Kind, data: dict[str, Any], *, now: datetime) -> str:
    return orjson.dumps(
        {"type": kind.value, "timestamp": now, "data": data}, option=orjson.OPT_UTC_Z
    ).decode()
