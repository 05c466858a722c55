"""How allauth makes our users and ends their sessions."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse
from django.shortcuts import redirect

from accounts.handles import clean_handle
from accounts.models import User
from accounts.services import sessions_announce_ended


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
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit=commit)
        except IntegrityError:
            # Somebody took the handle since the form looked.
            raise ImmediateHttpResponse(_handle_taken(request)) from None
        return saved


class SessionsAdapter(DefaultUserSessionsAdapter):
    """allauth's own, but sockets hear of a session that ends."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End these, in the one transaction with the word of it."""
        ended = list(sessions)
        with transaction.atomic():
            super().end_sessions(ended)
            for user_id in {session.user_id for session in ended}:
                sessions_announce_ended(user_id=user_id)


def _handle_taken(request: HttpRequest) -> Any:
    if is_headless_request(request):
        error = {"message": "This handle is taken.", "code": "handle.taken", "param": "username"}
        return JsonResponse({"status": 400, "errors": [error]}, status=400)
    messages.error(request, "This handle was taken a moment ago. Choose another one.")
    return redirect("account_signup")
