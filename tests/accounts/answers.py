"""What tests look for in answers of the API."""

from typing import Any


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The refusal has the one shape of all refusals; returns it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"code", "message", "fields"}
    assert body["code"] == code, body
    assert body["message"]
    return body
