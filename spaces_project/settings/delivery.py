"""How people are told outside of the app: e-mail and web push."""

from email.utils import parseaddr

from spaces_project.settings.env import env, text_or_file

_email = env.email_url("EMAIL_URL", default="consolemail://")
if _email["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    # As in sqlite:///: what follows the three slashes is absolute. Django would begin where the process was started.
    _email["EMAIL_FILE_PATH"] = f"/{_email['EMAIL_FILE_PATH'].lstrip('/')}"
vars().update(_email)
# Seconds a mail server may take for a step.
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Spaces <spaces@localhost>")

# Rows claimed at once, and how long a worker's claim lasts without a sign of it.
DELIVERY_BATCH: int = env.int("DELIVERY_BATCH", default=100)
DELIVERY_LEASE_SECONDS: int = env.int("DELIVERY_LEASE_SECONDS", default=60)
# Workers that send at once: the others are left for what cannot wait.
DELIVERY_RUNNERS: int = env.int("DELIVERY_RUNNERS", default=1)
# A run ends after so long, and the next one carries on.
DELIVERY_RUN_SECONDS = 20
# Seconds until what failed for now is tried again; when these are used up it is given up.
DELIVERY_RETRY_SECONDS = (30, 120, 480, 1800)

# Web push (RFC 8292): base64url, as `manage.py vapid_keys` prints them. With DEBUG they are made where there are none.
VAPID_PRIVATE_KEY: str = env.str("VAPID_PRIVATE_KEY", default="")
VAPID_PUBLIC_KEY: str = env.str("VAPID_PUBLIC_KEY", default="")
# Whom a push service may write to about us: mailto: or https:
VAPID_SUBJECT: str = env.str("VAPID_SUBJECT", default="") or f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
# Browsers name the address that pushes are sent to, people that of webhooks. For tests alone: let it be http, and on this
# machine.
OUTGOING_ALLOW_LOCAL: bool = env.bool("OUTGOING_ALLOW_LOCAL", default=False)
# Seconds a push service may take in all, and pushes on their way at once.
PUSH_TIMEOUT_SECONDS: float = env.float("PUSH_TIMEOUT_SECONDS", default=8.0)
PUSH_THREADS: int = env.int("PUSH_THREADS", default=16)
# Push to apps. Android: the JSON of a service account of the app's Firebase project, or the path of a file with it.
FCM_ACCOUNT: str = text_or_file("FCM_ACCOUNT")
FCM_URL: str = env.str("FCM_URL", default="https://fcm.googleapis.com").rstrip("/")
# iPhone, iPad: the signing key (.p8) or the path of a file with it, its id, the team's id, and the app's bundle id. Tokens of
# an app that is being developed are those of https://api.sandbox.push.apple.com.
APNS_KEY: str = text_or_file("APNS_KEY")
APNS_KEY_ID: str = env.str("APNS_KEY_ID", default="")
APNS_TEAM: str = env.str("APNS_TEAM", default="")
APNS_TOPIC: str = env.str("APNS_TOPIC", default="")
APNS_URL: str = env.str("APNS_URL", default="https://api.push.apple.com").rstrip("/")
# Browsers, and apps, of one person; the one that was turned on first goes.
PUSH_DEVICES_MAX = 10
# A push about something without an end is kept for a device that is off for so long.
PUSH_TTL_SECONDS = 24 * 3600

__all__ = [name for name in dir() if name.isupper()]
