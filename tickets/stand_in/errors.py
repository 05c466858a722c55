"""What the stand-in says no with, in Stripe's words and shape."""

from tickets.stand_in.store import Json


class ApiError(Exception):
    """An answer that is an error. `kind` is Stripe's `type`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str = "",
        param: str = "",
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param


def missing(kind: str, key: str) -> ApiError:
    """There is no such object."""
    name = kind.rpartition(".")[2].replace("_", " ")
    return ApiError(f"No such {name}: '{key}'", status=404, code="resource_missing", param="id")
