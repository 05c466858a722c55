"""Push in the browser: the service worker, and the devices that one has turned it on for."""

from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from social.services.push import push_unsubscribe
from spaces_project.lib.pages import page

_WORKER = "app/sw.js"


@csp({"default-src": [NONE], "connect-src": [SELF]})
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which must come from the root to work for all pages. Browsers look for a new one by themselves."""
    found = finders.find(_WORKER) or Path(str(settings.STATIC_ROOT)) / _WORKER
    try:
        # Read each time: it is small, rarely asked for, and new after each update.
        script = Path(str(found)).read_bytes()
    except OSError as error:
        raise Http404("The browser bundle is not built.") from error
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@page
@login_required
@require_POST
def device_remove(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Send nothing more to one of one's devices."""
    assert isinstance(request.user, User)
    push_unsubscribe(user=request.user, subscription_id=subscription_id)
    messages.success(request, _("That device gets no more notifications."))
    return redirect("settings-notifications")
