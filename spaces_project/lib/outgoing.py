"""Requests to addresses that others have named."""

import contextlib
import http.client
import socket
import ssl
import threading
from functools import lru_cache
from urllib.parse import urlsplit

from spaces_project.lib.addresses import connect


def post(url: str, body: bytes, headers: dict[str, str], *, timeout: float) -> int:
    """POST `body` to `url`, an address that `check_endpoint` has passed; return the status of the answer.

    It takes `timeout` seconds at most, besides finding the host. Redirects are not followed, proxies not used, and nothing of
    the answer but its status is read. Raises AddressRefused, OSError (ssl.SSLError among them), http.client.HTTPException,
    UnicodeError.
    """
    parts = urlsplit(url)
    assert parts.hostname is not None
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    connection = _Connection(parts.hostname, port, is_tls=is_tls, timeout=timeout)
    # A time-out of sockets is one of each step: who answers byte by byte would hold us for hours.
    end = threading.Timer(timeout, connection.cut)
    end.daemon = True
    end.start()
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        end.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """Connects to addresses that were checked, and to no other."""

    def __init__(self, host: str, port: int, *, is_tls: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._is_tls = is_tls
        self._patience = timeout
        if is_tls:
            # What is left out of the Host header.
            self.default_port = 443

    def connect(self) -> None:
        made = connect(self.host, self.port, self._patience)
        self.sock = made
        if self._is_tls:
            # The name is what the certificate is checked against, whatever the address. The handshake comes after the
            # assignment, so that it can be cut off, too.
            secured = _tls().wrap_socket(made, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()

    def cut(self) -> None:
        """End the connection from another thread: whoever waits for it gets an OSError, or an answer that is cut off."""
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
