"""Accounts: django-allauth for sign-up, sign-in, reset, confirmation, TOTP, passkeys and app sessions."""

from spaces_project.settings.env import DEBUG, env
from spaces_project.settings.limits import LIMITS, Rate

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.HandleBackend",
    "accounts.backends.EntranceBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("handle", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# auth.W004 wants `unique=True` on the handle; ours is unique whatever its case, by a constraint on UPPER(handle).
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {"signup": "accounts.account_forms.SignupForm", "login": "accounts.account_forms.LoginForm"}
# Handles keep the case they were typed in, and are compared without it.
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_EMAIL_VERIFICATION: str = env.str("ACCOUNT_EMAIL_VERIFICATION", default="optional")
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Spaces] "
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_CHANGE_EMAIL = True


def _allauth_rate(rate: Rate | None, per: str) -> str:
    times, seconds = rate or (0, 0)
    return f"{times}/{seconds}s/{per}"


# Who signs in or up is counted before allauth, exactly (accounts.middleware.SignInLimitMiddleware), and not by it again: of
# those who come at once it refuses some that are allowed. The rest it counts by itself, with the numbers of our table; what
# is not named here has its own numbers.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "signup": None,
    "login_failed": ",".join(
        [
            _allauth_rate(LIMITS["sign_in_failed"].address, "ip"),
            _allauth_rate(LIMITS["sign_in_failed"].account, "key"),
        ]
    ),
}

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Spaces"
# Browsers allow passkeys on plain http for localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Staff open the admin with a second factor.
SPACES_STAFF_MFA_REQUIRED: bool = env.bool("SPACES_STAFF_MFA_REQUIRED", default=True)

USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True

# Behind one proxy the client's address (rate limits, the list of sessions) is the last one that the proxy added.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0

HEADLESS_CLIENTS = ("app",)
HEADLESS_SERVE_SPECIFICATION = False

__all__ = [name for name in dir() if name.isupper()]
