"""What all pages share: refusals in words, and the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spaces_project.lib import limits
from spaces_project.lib.errors import SpacesError, TooMany

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# allauth counts over a minute in most cases.
_RETRY_SECONDS = 60

_TITLES = {
    403: gettext_lazy("This is not for you"),
    404: gettext_lazy("There is nothing here"),
    409: gettext_lazy("Not right now"),
    410: gettext_lazy("This is over"),
    429: gettext_lazy("That was too often"),
}


def page(view: View[P]) -> View[P]:
    """Show what a service or selector refuses as a page in words, with the error's own status."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SpacesError as error:
            return refusal(request, error)

    return answer


def refusal(request: HttpRequest, error: SpacesError) -> HttpResponse:
    """The page of a refusal. A fragment that was asked for (a button) is answered with the whole content."""
    title = _TITLES.get(error.status, _("That did not work"))
    response = render(request, "error.html", {"error": error, "title": title}, status=error.status)
    if request.headers.get("HX-Request"):
        response["HX-Retarget"] = "#main"
        response["HX-Reselect"] = "#main"
        response["HX-Reswap"] = "outerHTML show:window:top"
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    """The page of what allauth refuses as too often; it does not say for how long."""
    return refusal(request, TooMany(retry_after=_RETRY_SECONDS))


class RetryAfterMiddleware:
    """Says in every 429, page or API, when to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with `Retry-After` where it is too often."""
        limits.refused_for()
        response = self.get_response(request)
        if response.status_code == TooMany.status and "Retry-After" not in response:
            response["Retry-After"] = str(limits.refused_for() or _RETRY_SECONDS)
        return response


def unknown_page(request: HttpRequest) -> HttpResponse:
    """The page of an address that leads nowhere."""
    return render(request, "404.html", status=404)


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Lead to `next`, of the form or its address, where that is an address of this site, else to `otherwise`."""
    to = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(to if is_ours else otherwise)
