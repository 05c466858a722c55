"""How bots sign in: `Authorization: Bearer spaces_…`, within the scopes of that token."""

from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import User
from integrations.errors import TokenScopeMissing
from integrations.models import ApiToken
from integrations.scopes import scope_for
from integrations.selectors import token_by_secret
from integrations.services.tokens import token_used
from spaces_project.lib.languages import speak_to_app


class ApiTokenAuthentication(BaseAuthentication):
    """The person whose token it is; refused where the token's scopes do not reach, whatever the person may do."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return (owner, token), or None without one. Raises AuthenticationFailed on one that is no good, TokenScopeMissing."""
        scheme, __, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = token_by_secret(secret.strip(), now=now)
        if token is None:
            raise exceptions.AuthenticationFailed()
        speak_to_app(token.owner, request.headers.get("Accept-Language"))
        match = request.resolver_match
        scope = scope_for(request.method or "", (match.url_name if match else None) or "")
        if scope is None:
            raise TokenScopeMissing(_("No token may do that: sign in."))
        if scope not in token.scopes:
            words = _("This token may not do that: it takes the scope “%(scope)s”.")
            raise TokenScopeMissing(words % {"scope": scope})
        token_used(token=token, now=now)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 rather than 403."""
        return "Bearer"


class ApiTokenScheme(OpenApiAuthenticationExtension):
    """Tells the description how bots sign in, and which scope an operation takes."""

    target_class = ApiTokenAuthentication
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """OpenAPI's words for the header."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token (settings, For bots); it reaches as far as its scopes: docs/api.md.",
        }

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """The scope of this operation; nothing where no token will do."""
        name = _names().get(auto_schema.view.__class__, "")
        scope = scope_for(auto_schema.method, name)
        return [{self.name: [scope]}] if scope else []


def _names() -> dict[Any, str]:
    """Views of the API -> the names of their addresses."""
    found: dict[Any, str] = {}

    def walk(patterns: list[URLPattern | URLResolver]) -> None:
        for one in patterns:
            if isinstance(one, URLResolver):
                walk(one.url_patterns)
            elif (view := getattr(one.callback, "cls", None)) is not None:
                found[view] = one.name or ""

    walk(get_resolver().url_patterns)
    return found
