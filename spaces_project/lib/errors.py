"""The one kind of error that services raise and that pages, API and socket translate."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _


class SpacesError(Exception):
    """Something a person asked for cannot be done, for a reason they can be told.

    `code` is stable and part of the API ("space.not_host"); `status` is its HTTP status; `message` is a sentence for
    the person, in their language where the class marks it for translation (`gettext_noop`); `fields` maps input names to
    sentences where the input itself is at fault.
    """

    code = "error"
    status = 400
    message = _("That did not work.")

    def __init__(
        self, message: str = "", *, code: str = "", fields: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.message = gettext(message or self.message)
        self.code = code or self.code
        self.fields: dict[str, list[str]] = {
            name: [gettext(text) for text in texts] for name, texts in (fields or {}).items()
        }
        super().__init__(self.message)

    def as_dict(self) -> dict[str, object]:
        """The body every door answers with: `{"code", "message", "fields"}`."""
        return {"code": self.code, "message": self.message, "fields": self.fields}


class NotFound(SpacesError):
    """It does not exist, or the person asking may not know that it does."""

    code = "not_found"
    status = 404
    message = _("There is nothing here.")


class NotAllowed(SpacesError):
    """The permission table says no."""

    code = "not_allowed"
    status = 403
    message = _("You may not do that.")


class Invalid(SpacesError):
    """The input is at fault; `fields` says where."""

    code = "invalid"
    status = 400
    message = _("Please check what you entered.")


class Conflict(SpacesError):
    """The state of things does not allow it now."""

    code = "conflict"
    status = 409
    message = _("That is not possible right now.")


class TooMany(SpacesError):
    """Too often in too short a time; `retry_after` is how many seconds to wait (`Retry-After` over HTTP)."""

    code = "too_many"
    status = 429

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = max(1, retry_after)
        words = ngettext(
            "That was too often. Wait {n} second.", "That was too often. Wait {n} seconds.", self.retry_after
        )
        super().__init__(words.format(n=self.retry_after))
