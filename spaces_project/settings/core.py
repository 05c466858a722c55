"""Django itself: applications, middleware, templates, database, files, time."""

from pathlib import Path

from spaces_project.settings.env import BASE_DIR, DEBUG, env, secret

SECRET_KEY = secret("SECRET_KEY", "development-only-key-never-used-with-debug-off")
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# What feedback names, so that staff know what somebody had before them.
APP_VERSION: str = env.str("APP_VERSION", default="1.0.0")
VAR_DIR = Path(env.str("SPACES_VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "daphne",
    "spaces_project.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "flags",
    "accounts",
    "social",
    "rooms",
    "recordings",
    "tickets",
    "moderation",
    "integrations",
    "feedback",
    "insights",
    "own_data",
    "operation",
]

MIDDLEWARE = [
    "operation.middleware.ProbeMiddleware",
    "spaces_project.lib.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "spaces_project.lib.caller.CallerMiddleware",
    "spaces_project.lib.pages.RetryAfterMiddleware",
    "spaces_project.lib.api.deprecation.DeprecationMiddleware",
    "spaces_project.lib.api.conditional.EtagMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "spaces_project.lib.activity.ActivityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
    "accounts.middleware.AppBodyMiddleware",
    "accounts.middleware.SignInLimitMiddleware",
]

ROOT_URLCONF = "spaces_project.urls"
ASGI_APPLICATION = "spaces_project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "spaces_project.lib.context.site",
            ],
        },
    },
]

_sqlite = f"sqlite:///{VAR_DIR / 'spaces.sqlite3'}"
DATABASES = {"default": env.db_url("DATABASE_URL", default=_sqlite)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Tests in a file, too: in memory, threads would share one cache, whose locks nobody waits for.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.tests"}
    # Immediate transactions take the write lock first, so that a read never has to be upgraded (and refused).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
    DATABASES["default"].setdefault("CONN_MAX_AGE", env.int("DATABASE_CONN_MAX_AGE", default=0))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
# Each in its own name; all words of each are in locale/ (`make messages`).
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]
if env.bool("PSEUDO_LANGUAGE", default=False):
    # For tests: English with accents, a third longer, from right to left (stack/pseudo.py).
    LANGUAGES.append(("ar-xb", "ئنگلش"))
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("app", BASE_DIR / "frontend" / "dist"), ("app", BASE_DIR / "frontend" / "public")]
# Preview cards are drawn with the fonts of the bundle; for writing that these lack (Chinese, Japanese, Korean, Hindi), with the
# first of these files that has it.
CARD_FONTS_DIR = BASE_DIR / "frontend" / "dist" / "fonts"
CARD_FONTS: list[str] = env.list(
    "CARD_FONTS",
    default=[
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
        "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Bold.ttf",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
        "/System/Library/Fonts/PingFang.ttc",
        "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    ],
)
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

__all__ = [name for name in dir() if name.isupper()]
