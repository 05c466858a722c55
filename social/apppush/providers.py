"""The providers that this site has credentials for, with one connection to each for as long as they are in use."""

from contextlib import ExitStack
from typing import Protocol

import httpx
from django.conf import settings

from social.apppush.apns import Apns
from social.apppush.fcm import Fcm
from social.webpush.sending import Message, Outcome


class Provider(Protocol):
    """One way to apps."""

    def push(self, token: str, message: Message) -> tuple[Outcome, str]:
        """Send `message` to the app with that `token`; return what became of it and, unless it was taken, why. Never raises for
        what is out there."""


def is_on(kind: str) -> bool:
    """Whether apps of this kind ("fcm", "apns") can be reached."""
    return bool(settings.FCM_ACCOUNT if kind == "fcm" else settings.APNS_KEY)


class Providers:
    """As a context manager: `push("apns", token, message)`. Connections are made when they are needed, and kept to its end."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._by_kind: dict[str, Provider] = {}
        if not (is_on("fcm") or is_on("apns")):
            return
        client = self._open.enter_context(httpx.Client(http2=True, timeout=settings.PUSH_TIMEOUT_SECONDS))
        if is_on("fcm"):
            self._by_kind["fcm"] = Fcm(client, settings.FCM_ACCOUNT, base=settings.FCM_URL)
        if is_on("apns"):
            self._by_kind["apns"] = Apns(
                client,
                key=settings.APNS_KEY,
                key_id=settings.APNS_KEY_ID,
                team=settings.APNS_TEAM,
                topic=settings.APNS_TOPIC,
                base=settings.APNS_URL,
            )

    def __enter__(self) -> "Providers":
        return self

    def __exit__(self, *raised: object) -> None:
        self._open.close()

    @property
    def any_on(self) -> bool:
        """Whether there is one at all."""
        return bool(self._by_kind)

    def push(self, kind: str, token: str, message: Message) -> tuple[Outcome, str]:
        """As that provider does; REFUSED where there is none any more."""
        provider = self._by_kind.get(kind)
        return provider.push(token, message) if provider else (Outcome.REFUSED, f"{kind} is off")
