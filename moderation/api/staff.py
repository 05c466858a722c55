"""Staff over REST: the same rights, and the same second factor, as in the admin."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from rest_framework.request import Request

from accounts.api.signed_in import signed_in_user
from accounts.models import User
from moderation.errors import SecondFactorMissing
from moderation.permissions import Needed, require_staff
from spaces_project.lib.api.authentication import session_of

_SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def staff_user(request: Request, needed: Needed) -> User:
    """Who asks, if they are staff who may. Raises NotAuthenticated, NotAllowed (`staff.not_allowed`, which is written down),
    and SecondFactorMissing where `SPACES_STAFF_MFA_REQUIRED` asks for one."""
    user = signed_in_user(request)
    require_staff(user, needed)
    if settings.SPACES_STAFF_MFA_REQUIRED:
        methods = session_of(request).get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        has_shown_one = any(one.get("method") == "mfa" for one in methods)
        if not (has_shown_one and is_mfa_enabled(user, _SECOND_FACTORS)):
            raise SecondFactorMissing()
    return user
