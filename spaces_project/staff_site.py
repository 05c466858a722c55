"""The admin's site: one signs in by the product's own pages, and with a second factor."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

_SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with an authenticator, a passkey or a recovery code."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def has_authenticator(request: HttpRequest) -> bool:
    """Whether the person has a second factor at all. One query a request."""
    kept = vars(request)
    if "_has_authenticator" not in kept:
        kept["_has_authenticator"] = is_mfa_enabled(request.user, _SECOND_FACTORS)
    return bool(kept["_has_authenticator"])


class StaffSite(AdminSite):
    """Django's own, for staff whose session has a second factor (`SPACES_STAFF_MFA_REQUIRED`)."""

    site_header = gettext_lazy("Spaces staff")
    site_title = gettext_lazy("Spaces staff")
    index_title = gettext_lazy("What is there to do")
    # The lists are wide; what staff need most is in a line above them (templates/admin/base_site.html).
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may see at least the index."""
        if not super().has_permission(request):
            return False
        if not settings.SPACES_STAFF_MFA_REQUIRED:
            return True
        # Who has removed all of theirs sets one up anew, though this session once had one.
        return has_second_factor(request) and has_authenticator(request)

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to what is missing: signing in, setting up a second factor, or giving it. 403 for those who are not staff."""
        target = self._next(request)
        if self.has_permission(request):
            return redirect(target)
        query = urlencode({REDIRECT_FIELD_NAME: target})
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{query}")
        if not super().has_permission(request):
            raise PermissionDenied(_("This is for staff."))
        if has_authenticator(request):
            return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return render(request, "admin/second_factor.html", {"next": target})

    def _next(self, request: HttpRequest) -> str:
        """Where to go on to, within this site."""
        target = request.GET.get(REDIRECT_FIELD_NAME, "")
        safe = url_has_allowed_host_and_scheme(
            target, {request.get_host()}, require_https=request.is_secure()
        )
        return target if safe and target != request.path else reverse("admin:index")
