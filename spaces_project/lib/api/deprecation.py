"""How an operation that is to go says so: in the description, and in each of its answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

# docs/api.md, Versions.
NOTICE = timedelta(days=180)

View = TypeVar("View", bound=Callable[..., Any])


class Notice(NamedTuple):
    """When it was named as going, when it goes, and where it is told what to do instead."""

    named: date
    gone: date
    link: str

    @property
    def headers(self) -> dict[str, str]:
        """`Deprecation` (RFC 9745), `Sunset` (RFC 8594), and the links of both."""
        links = ", ".join(f'<{self.link}>; rel="{rel}"' for rel in ("deprecation", "sunset"))
        return {
            "Deprecation": f"@{_seconds(self.named)}",
            "Sunset": http_date(_seconds(self.gone)),
            "Link": links,
        }


def deprecated(*, named: date, gone: date, link: str) -> Callable[[View], View]:
    """Mark a view's method as going: `named` on that day, `gone` at the beginning of that one, `link` to the words about it.

    Stands above `extend_schema`. Raises ValueError when that is sooner than docs/api.md promises.
    """
    if gone - named < NOTICE:
        raise ValueError(f"What goes is named at least {NOTICE.days} days before.")

    def mark(view: View) -> View:
        view.deprecation = Notice(named, gone, link)  # type: ignore[attr-defined]
        return view

    return mark


def notice_of(view: object, method: str) -> Notice | None:
    """The notice of that method of a view, if it is to go."""
    found: Notice | None = getattr(getattr(view, method.lower(), None), "deprecation", None)
    return found


class DeprecationMiddleware:
    """Gives each answer of an operation that is to go, refusals as well, the headers that say so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever, with the headers."""
        response = self.get_response(request)
        match = request.resolver_match
        view = getattr(match.func, "cls", None) if match else None
        if notice := notice_of(view, request.method or ""):
            for name, value in notice.headers.items():
                response[name] = value
        return response


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
