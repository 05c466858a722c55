"""Browsers that take push messages: turned on, turned off; and what is sent to one."""

from datetime import datetime

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.templatetags.static import static
from django.utils.translation import gettext

from accounts.models import User
from social.models import AppDevice, Notification, PushSubscription
from social.notification_kinds import KINDS
from social.notification_words import Words
from social.webpush import encoding, keys
from social.webpush.sending import MOST_BYTES, Message
from spaces_project.lib import limits
from spaces_project.lib.addresses import AddressRefused, check_endpoint
from spaces_project.lib.errors import Conflict, Invalid, NotFound
from spaces_project.lib.text import clean_line

DEVICE_MAX_LENGTH = 100
_TITLE_MAX, _TEXT_MAX = 120, 240
# An uncompressed point of P-256, and the secret of RFC 8291, in bytes.
_POINT_BYTES, _AUTH_BYTES = 65, 16


def push_subscribe(
    *, user: User, endpoint: str, p256dh: str, auth: str, device: str, now: datetime
) -> PushSubscription:
    """Send `user`'s pushes to a browser, too; `endpoint` and both keys (base64url) are what its PushManager gave.

    A browser belongs to whoever turned it on last; done twice it is done once. Beyond `PUSH_DEVICES_MAX` the oldest go.
    Raises Conflict (`push.off`), Invalid (`push.endpoint`, `push.keys`), TooMany.
    """
    if not keys.public_key():
        raise Conflict(gettext("Push is not set up on this site."), code="push.off")
    limits.require("push.subscribe", user=user, now=now)
    try:
        check_endpoint(endpoint)
    except AddressRefused as error:
        message = gettext("This is not the address of a push service: {error}.").format(error=error)
        raise Invalid(message, code="push.endpoint", fields={"endpoint": [message]}) from error
    p256dh, auth = _checked_keys(p256dh, auth)
    with transaction.atomic():
        subscription, _ = PushSubscription.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "user": user,
                "p256dh": p256dh,
                "auth": auth,
                "device": clean_line(device)[:DEVICE_MAX_LENGTH],
                "created_at": now,
            },
        )
        keep_newest(PushSubscription, user)
    return subscription


def keep_newest(kind: type[PushSubscription | AppDevice], user: User) -> None:
    """Of what `user` gets pushes on, of one kind, the newest `PUSH_DEVICES_MAX` stay."""
    theirs = kind._default_manager.filter(user=user)
    newest = theirs.order_by("-created_at", "-id")
    too_many = list(newest.values_list("pk", flat=True)[settings.PUSH_DEVICES_MAX :])
    if too_many:
        theirs.filter(pk__in=too_many).delete()


def push_unsubscribe(*, user: User, subscription_id: int) -> None:
    """Send nothing more to one of `user`'s browsers. Raises NotFound where they have no such one."""
    deleted, _ = PushSubscription.objects.filter(user=user, pk=subscription_id).delete()
    if not deleted:
        raise NotFound()


def push_message(
    notification: Notification, words: Words, *, expires_at: datetime | None, now: datetime
) -> Message:
    """What a browser gets: JSON `{title, body, url, tag, icon}`, no longer than push services take.

    `tag` and topic name the notification, so that a second push of it takes the place of the first instead of standing
    beside it.
    """
    name = f"n{notification.pk}"
    payload = {
        "title": _cut(words.title, _TITLE_MAX),
        "body": _cut(words.text, _TEXT_MAX),
        "url": words.url,
        "tag": name,
        "icon": static("app/icon-192.png"),
    }
    body = orjson.dumps(payload)
    if len(body) > MOST_BYTES:
        body = orjson.dumps(payload | {"url": "/inbox/notifications/", "body": ""})
    left = settings.PUSH_TTL_SECONDS if expires_at is None else int((expires_at - now).total_seconds())
    return Message(
        body=body,
        ttl=max(0, min(left, settings.PUSH_TTL_SECONDS)),
        topic=name,
        urgent=KINDS[notification.kind].urgent,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _checked_keys(p256dh: str, auth: str) -> tuple[str, str]:
    """The keys as we keep them. Raises Invalid (`push.keys`)."""
    try:
        point, secret = encoding.decode(p256dh), encoding.decode(auth)
        if len(point) != _POINT_BYTES or len(secret) != _AUTH_BYTES:
            raise ValueError("of another length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError as error:
        message = gettext("These are not the keys of a browser.")
        raise Invalid(message, code="push.keys", fields={"keys": [message]}) from error
    return encoding.encode(point), encoding.encode(secret)
