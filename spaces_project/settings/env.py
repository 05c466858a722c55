"""Reads the environment (and a `.env` file beside manage.py, where there is one)."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")

DEBUG: bool = env.bool("DEBUG", default=False)


def secret(name: str, development: str) -> str:
    """Return the secret `name`; in development fall back to `development`.

    Raises ImproperlyConfigured, naming the variable, when it is missing and DEBUG is off.
    """
    value: str = env.str(name, default="")
    if value:
        return value
    if DEBUG:
        return development
    raise ImproperlyConfigured(f"{name} is not set. Set it in the environment, or DEBUG=1 for development.")


def text_or_file(name: str) -> str:
    """The text that the variable holds, or that of the file whose path it holds: keys have many lines."""
    value: str = env.str(name, default="").strip()
    if not value or value.startswith(("{", "-----BEGIN")):
        return value.replace("\\n", "\n") if value.startswith("-----BEGIN") else value
    try:
        return Path(value).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} names a file that cannot be read: {error}") from error
