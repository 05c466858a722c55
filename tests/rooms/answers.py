"""How the API refuses."""

from typing import Any


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, which has the one shape of all of them."""
    assert response.status_code == status, response.content
    body: dict[str, Any] = response.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["code"] == code, body
    assert body["message"]
    return body
