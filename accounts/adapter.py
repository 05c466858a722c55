"""How allauth makes our users, lets them in, and ends their sessions."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.headless.internal.restkit.response import APIResponse
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.gates import sign_in_refusal
from accounts.handles import clean_handle
from accounts.models import User
from accounts.services import sessions_announce_ended
from spaces_project.lib.errors import SpacesError


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own, with our handles."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return a handle that may be taken. Raises ValidationError with the codes of `accounts.handles`."""
        try:
            return clean_handle(username)
        except ValidationError as error:
            if shallow and error.code == "handle.taken":
                return username
            raise

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Save whoever signs up, with the name they gave; their handle where they gave none."""
        user.name = form.cleaned_data.get("name") or form.cleaned_data.get("username") or ""
        # What is going to be written to them is in what they read now.
        user.language = translation.get_language() or ""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit=commit)
        except IntegrityError:
            # Somebody took the handle since the form looked.
            raise ImmediateHttpResponse(_handle_taken(request)) from None
        return saved

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse, once they have shown who they are, those whom `SIGN_IN_GATES` do not let in."""
        if not user.is_active:
            # Whoever is leaving may change their mind: they are told more than that the account is inactive.
            _let_in(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None:
            _let_in(request, user)
        return response

    def login(self, request: HttpRequest, user: Any) -> None:
        """As `pre_login`, asked again: between the two may lie a second step, and a decision."""
        _let_in(request, User.objects.get(pk=user.pk))
        super().login(request, user)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """allauth's own, but sockets hear of a session that ends."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these, in the one transaction with the word of it."""
        ended = list(sessions)
        with transaction.atomic():
            super().end_sessions(ended)
            for user_id in {session.user_id for session in ended}:
                sessions_announce_ended(user_id=user_id)


class _RefusedResponse(APIResponse):
    """A refusal in the shape of allauth's API, without a word about a session."""

    def __init__(self, error: SpacesError) -> None:
        said = {name: value for name, value in error.as_dict().items() if name != "fields"}
        JsonResponse.__init__(self, {"status": error.status, "errors": [said]}, status=error.status)


def _let_in(request: HttpRequest, user: User) -> None:
    """Raise ImmediateHttpResponse, with the page or the answer that says why, unless `user` may sign in."""
    error = sign_in_refusal(user, now=timezone.now())
    if error is None:
        return
    clear_login(request)
    # What the steps so far have noted in it must not become a token.
    request.session.flush()
    if is_headless_request(request):
        raise ImmediateHttpResponse(_RefusedResponse(error))
    page = render(request, "account/sign_in_refused.html", {"error": error}, status=error.status)
    raise ImmediateHttpResponse(page)


def _handle_taken(request: HttpRequest) -> Any:
    if is_headless_request(request):
        error = {"message": _("This handle is taken."), "code": "handle.taken", "param": "username"}
        return JsonResponse({"status": 400, "errors": [error]}, status=400)
    messages.error(request, _("This handle was taken a moment ago. Choose another one."))
    return redirect("account_signup")
