"""Firebase Cloud Messaging, its HTTP v1 API, with a service account (firebase.google.com/docs/reference/fcm/rest/v1)."""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
import orjson

from social.webpush.sending import Message, Outcome, outcome_of

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# How long what we sign is good for (an hour at most), and before its end an access token is renewed.
_SIGNED_SECONDS, _EARLY_SECONDS = 3600, 60
# FcmError's codes that say that this token will never work for us.
_GONE = {"UNREGISTERED", "SENDER_ID_MISMATCH"}


class Fcm:
    """Sends by one project. `account` is the service account's JSON, as the console gives it."""

    def __init__(self, client: httpx.Client, account: str, *, base: str) -> None:
        said: Mapping[str, str] = json.loads(account)
        self._client, self._account = client, said
        self._url = f"{base}/v1/projects/{said['project_id']}/messages:send"
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def push(self, token: str, message: Message) -> tuple[Outcome, str]:
        """See providers.Provider."""
        try:
            answer = self._client.post(
                self._url,
                json={"message": _message(token, message)},
                headers={"Authorization": f"Bearer {self._access()}"},
            )
        except httpx.HTTPError as error:
            return Outcome.LATER, f"FCM: {type(error).__name__}"
        if answer.status_code == 401:
            # Taken back, or our clock is wrong: a new one next time.
            self._until = 0.0
            return Outcome.LATER, "FCM does not know us (401)"
        code = _code(answer)
        outcome = Outcome.GONE if code in _GONE else outcome_of(answer.status_code)
        return outcome, f"FCM answered {answer.status_code} {code}".rstrip()

    def _access(self) -> str:
        """An access token, of which there is one for all threads. Raises httpx.HTTPError."""
        with self._lock:
            now = time.time()
            if now >= self._until - _EARLY_SECONDS:
                issued = int(now)
                claims = {
                    "iss": self._account["client_email"],
                    "scope": _SCOPE,
                    "aud": self._account["token_uri"],
                    "iat": issued,
                    "exp": issued + _SIGNED_SECONDS,
                }
                signed = jwt.encode(claims, self._account["private_key"], algorithm="RS256")
                answer = self._client.post(
                    self._account["token_uri"], data={"grant_type": _GRANT, "assertion": signed}
                )
                said = answer.raise_for_status().json()
                self._token, self._until = said["access_token"], now + float(said["expires_in"])
            return self._token


def _message(token: str, message: Message) -> dict[str, Any]:
    """`data` is for the app: the path on this site that a tap opens. A second one of a topic takes the place of the first."""
    said = orjson.loads(message.body)
    return {
        "token": token,
        "notification": {"title": said["title"], "body": said["body"]},
        "data": {"url": said["url"], "tag": message.topic},
        "android": {
            "collapse_key": message.topic,
            "ttl": f"{message.ttl}s",
            "priority": "HIGH" if message.urgent else "NORMAL",
            "notification": {"tag": message.topic},
        },
    }


def _code(answer: httpx.Response) -> str:
    """The FcmError's code; "" without one."""
    try:
        details = answer.json()["error"]["details"]
        return next((str(one["errorCode"]) for one in details if "errorCode" in one), "")
    except (ValueError, KeyError, TypeError):
        return ""
