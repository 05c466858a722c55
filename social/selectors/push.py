"""Browsers and apps that take push messages."""

from hashlib import sha256

from django.db.models import QuerySet

from accounts.models import User
from social.models import AppDevice, PushSubscription


def push_devices(user: User) -> QuerySet[PushSubscription]:
    """Somebody's browsers, the latest first."""
    return PushSubscription.objects.filter(user=user).order_by("-id")


def fingerprint(subscription: PushSubscription) -> str:
    """By which a browser knows itself among them: SHA-256 of its endpoint, in hexadecimal. The endpoint stays with us."""
    return sha256(subscription.endpoint.encode()).hexdigest()


def app_devices(user: User) -> QuerySet[AppDevice]:
    """Somebody's apps that take push messages, the latest first."""
    return AppDevice.objects.filter(user=user).order_by("-id")
