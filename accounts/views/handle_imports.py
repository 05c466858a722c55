"""The page that takes a list of handles: first says what it would do, then does it to everybody in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.services.imports import MAX_BYTES, handles_given
from spaces_project.lib.errors import SpacesError

_NEW = "new"


class Line(Protocol):
    """What becomes of one handle."""

    @property
    def handle(self) -> str:
        """As it was given, or as its owner writes it."""

    @property
    def outcome(self) -> str:
        """ "new" in a preview for those whom the import would take."""


@dataclass(frozen=True, slots=True)
class HandleImport:
    """One kind of import: its page, the `step` of the form that does it, the outcome of those it was done to, whose number
    is `<done>_count` on the page, and what previews and does it."""

    template: str
    step: str
    done: str
    preview: Callable[[User, list[str]], Sequence[Line]]
    run: Callable[[User, list[str]], Sequence[Line]]


def import_page(request: HttpRequest, kind: HandleImport) -> HttpResponse:
    """Answer the form (`step=preview`, or the kind's own); a refusal keeps what was typed."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _page(request, kind)
    text = request.POST.get("handles", "")
    try:
        handles = handles_given(text, request.FILES.get("file"))
        if request.POST.get("step") == kind.step:
            return _page(request, kind, lines=kind.run(request.user, handles), is_done=True)
        return _page(request, kind, lines=kind.preview(request.user, handles))
    except SpacesError as error:
        return _page(request, kind, error=error, typed=text[:MAX_BYTES])


def form_context() -> dict[str, Any]:
    """What the form itself says of its limits."""
    return {"import_max": settings.SPACES_IMPORT_MAX, "import_kilobytes": MAX_BYTES // 1024}


def _page(
    request: HttpRequest,
    kind: HandleImport,
    *,
    lines: Sequence[Line] | None = None,
    is_done: bool = False,
    error: SpacesError | None = None,
    typed: str = "",
) -> HttpResponse:
    counts = Counter(line.outcome for line in lines or ())
    context: dict[str, Any] = {
        "lines": lines,
        "is_done": is_done,
        "new": "\n".join(line.handle for line in lines or () if line.outcome == _NEW),
        "new_count": counts[_NEW],
        f"{kind.done}_count": counts[kind.done],
        "error": error,
        "typed": typed,
    }
    return render(request, kind.template, context | form_context(), status=error.status if error else 200)
