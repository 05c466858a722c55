"""Apple Push Notification service, over HTTP/2, with a signing key (developer.apple.com, "Sending notification requests")."""

import threading
import time

import httpx
import jwt
import orjson

from social.webpush.sending import Message, Outcome, outcome_of

# Apple takes what was signed within an hour, and no new one within 20 minutes.
_SIGNED_SECONDS = 40 * 60
# Reasons that say that this token will never work for us, whatever the status.
_GONE = {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"}
# And those that are about ourselves.
_OURS = {
    "ExpiredProviderToken",
    "InvalidProviderToken",
    "MissingProviderToken",
    "TooManyProviderTokenUpdates",
}


class Apns:
    """Sends to one app (`topic`, its bundle id). `key` is the content of the .p8 file, `key_id` its name, `team` the team's."""

    def __init__(
        self, client: httpx.Client, *, key: str, key_id: str, team: str, topic: str, base: str
    ) -> None:
        self._client, self._key, self._key_id, self._team = client, key, key_id, team
        self._topic, self._base = topic, base
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def push(self, token: str, message: Message) -> tuple[Outcome, str]:
        """See providers.Provider."""
        said = orjson.loads(message.body)
        now = time.time()
        headers = {
            "authorization": f"bearer {self._signed(now)}",
            "apns-topic": self._topic,
            "apns-push-type": "alert",
            "apns-priority": "10" if message.urgent else "5",
            "apns-expiration": str(int(now) + message.ttl),
            "apns-collapse-id": message.topic,
        }
        alert = {"alert": {"title": said["title"], "body": said["body"]}, "sound": "default"}
        try:
            answer = self._client.post(
                f"{self._base}/3/device/{token}", json={"aps": alert, "url": said["url"]}, headers=headers
            )
        except httpx.HTTPError as error:
            return Outcome.LATER, f"APNs: {type(error).__name__}"
        reason = _reason(answer)
        words = f"APNs answered {answer.status_code} {reason}".rstrip()
        if reason in _GONE:
            return Outcome.GONE, words
        if reason in _OURS:
            self._until = 0.0
            return Outcome.LATER, words
        return outcome_of(answer.status_code), words

    def _signed(self, now: float) -> str:
        with self._lock:
            if now >= self._until:
                claims = {"iss": self._team, "iat": int(now)}
                self._token = jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._key_id})
                self._until = now + _SIGNED_SECONDS
            return self._token


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return ""
