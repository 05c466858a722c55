"""Whether a browser's page may open the websocket: cookies come along from any page, the `Origin` says from which."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

_PORTS = {"http": 80, "https": 443}
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

Scope = dict[str, Any]


def header(scope: Scope, name: bytes) -> str | None:
    """The one header of this name; None when it is absent. Raises ValueError when there are several, or it is not ASCII."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    if len(values) > 1:
        raise ValueError(f"several {name.decode()} headers")
    return values[0].decode("ascii") if values else None


def origin_is_ours(scope: Scope) -> bool | None:
    """Whether the request comes from a page of this site: scheme, host and port, all three.

    This site is the request's own Host (if ALLOWED_HOSTS has it), SITE_URL and CSRF_TRUSTED_ORIGINS; with DEBUG, the names
    of loopback are one. None when there is no Origin, which no browser leaves out. Whatever cannot be read, and "null",
    is somebody else's.
    """
    try:
        origin = header(scope, b"origin")
        if origin is None:
            return None
        wanted = _normal(origin)
        ours = {_normal(settings.SITE_URL), *_own_host(scope)}
    except ValueError:
        return False
    if wanted in ours:
        return True
    if settings.DEBUG and wanted in set(_loopback_names(ours)):
        return True
    return any(_matches(wanted, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)


def _normal(origin: str) -> str:
    """`scheme://host:port` in lower case, the port always named. Raises ValueError for anything else."""
    parts = urlsplit(origin)
    if (
        not parts.scheme
        or not parts.hostname
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
    ):
        raise ValueError(f"not an origin: {origin!r}")
    if origin.strip() != origin or any(character in parts.netloc for character in " \\"):
        raise ValueError(f"not an origin: {origin!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port if parts.port is not None else _PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}:{port}"


def _own_host(scope: Scope) -> Iterable[str]:
    host = header(scope, b"host")
    if host is None:
        return
    domain, _ = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS or ([".localhost", "127.0.0.1", "[::1]"] if settings.DEBUG else [])
    if domain and validate_host(domain, allowed):
        yield _normal(f"{_scheme(scope)}://{host}")


def _scheme(scope: Scope) -> str:
    """Of the page that is served beside the socket; daphne does not tell the socket's own."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if header(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode()) == secure:
            return "https"
    return "https" if scope.get("scheme") == "wss" else "http"


def _loopback_names(origins: Iterable[str]) -> Iterable[str]:
    for origin in origins:
        scheme, _, rest = origin.partition("://")
        host, _, port = rest.rpartition(":")
        if host in _LOOPBACK:
            for name in _LOOPBACK:
                yield f"{scheme}://{name}:{port}"


def _matches(origin: str, trusted: str) -> bool:
    """As Django reads CSRF_TRUSTED_ORIGINS: `https://*.example.com` stands for every subdomain."""
    scheme, _, host = trusted.lower().partition("://")
    if not host.startswith("*."):
        return origin == _normal(f"{scheme}://{host}")
    port = "" if ":" in host else f":{_PORTS.get(scheme)}"
    return fnmatchcase(origin, f"{scheme}://{host}{port}")
