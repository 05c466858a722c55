"""Settings: the overview, profile and picture, appearance, language."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as conf
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.models import HANDLE_MAX_LENGTH, User
from accounts.services.profiles import BIO_MAX_LENGTH, NAME_MAX_LENGTH
from spaces_project.lib.errors import Invalid, SpacesError
from spaces_project.lib.languages import is_language
from spaces_project.lib.pages import back, page

THEMES = ("light", "dark")
THEME_SECONDS = 365 * 24 * 3600


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All that can be set, each with how it stands."""
    assert isinstance(request.user, User)
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    has_totp = Authenticator.Type.TOTP in kinds
    email = EmailAddress.objects.get_primary(request.user)
    keys = kinds.count(Authenticator.Type.WEBAUTHN)
    devices = UserSession.objects.filter(user=request.user).count()
    context = {
        "email": email.email if email else request.user.email,
        "email_badge": "" if email and email.verified else _("Not confirmed"),
        "passkeys_text": (ngettext("{n} key", "{n} keys", keys).format(n=keys) if keys else "")
        or _("Sign in without a password"),
        "has_totp": has_totp,
        "totp_text": _("On: a code is asked for at sign-in") if has_totp else _("Ask for a code at sign-in"),
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions_text": (ngettext("{n} device", "{n} devices", devices).format(n=devices) if devices else "")
        or _("See where you are signed in"),
    }
    return render(request, "accounts/settings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, handle and bio."""
    user = request.user
    assert isinstance(user, User)
    typed = {"name": user.name, "handle": user.handle, "bio": user.bio}
    if request.method != "POST":
        return _profile_form(request, typed)
    typed = {field: request.POST.get(field, "") for field in typed}
    try:
        services.profile_update(user=user, **typed)
    except SpacesError as error:
        # The page itself shows who one still is.
        return _profile_form(request, typed, error)
    messages.success(request, _("Your profile is saved."))
    return redirect("settings-profile")


@login_required
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Set one's picture, or take it away."""
    user = request.user
    assert isinstance(user, User)
    upload = request.FILES.get("picture")
    try:
        if "remove" in request.POST:
            services.picture_remove(user=user)
            messages.success(request, _("Your picture is removed."))
        elif isinstance(upload, UploadedFile):
            services.picture_set(now=timezone.now(), user=user, upload=upload)
            messages.success(request, _("That is your picture now."))
        else:
            raise Invalid(fields={"picture": [_("Choose a picture first.")]})
    except SpacesError as error:
        return _profile_form(request, {"name": user.name, "handle": user.handle, "bio": user.bio}, error)
    return redirect("settings-profile")


def _profile_form(
    request: HttpRequest, typed: dict[str, str], error: SpacesError | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "typed": typed,
        "error": error,
        "name_max": NAME_MAX_LENGTH,
        "bio_max": BIO_MAX_LENGTH,
        "handle_max": HANDLE_MAX_LENGTH,
    }
    return render(request, "accounts/settings_profile.html", context, status=error.status if error else 200)


@page
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark in a cookie; anything else means the system's."""
    response = back(request, reverse("settings") if request.user.is_authenticated else reverse("home"))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=THEME_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the choice of a language, with the account where there is one, in a cookie for guests; "" follows the browser."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User):
        services.profile_update(user=request.user, language=chosen)
    response = back(request, reverse("settings") if request.user.is_authenticated else reverse("home"))
    if is_language(chosen):
        response.set_cookie(
            conf.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=conf.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie(conf.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
