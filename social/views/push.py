"""The devices that one has turned push on for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from social.services.app_devices import app_device_remove
from social.services.push import push_unsubscribe
from spaces_project.lib.pages import page


@page
@login_required
@require_POST
def device_remove(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Send nothing more to one of one's devices."""
    assert isinstance(request.user, User)
    push_unsubscribe(user=request.user, subscription_id=subscription_id)
    messages.success(request, _("That device gets no more notifications."))
    return redirect("settings-notifications")


@page
@login_required
@require_POST
def app_device_remove_view(request: HttpRequest, device_id: int) -> HttpResponse:
    """Send nothing more to one of one's apps."""
    assert isinstance(request.user, User)
    app_device_remove(user=request.user, device_id=device_id)
    messages.success(request, _("That device gets no more notifications."))
    return redirect("usersessions_list")
