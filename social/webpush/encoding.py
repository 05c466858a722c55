"""base64url without padding, as browsers and push services write keys."""

import base64
import binascii
import re

_SIGNS = re.compile(r"\A[A-Za-z0-9_-]*={0,2}\Z")


def encode(data: bytes) -> str:
    """Return `data` as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return what `text` says, padded or not. Raises ValueError for anything but base64url."""
    if not _SIGNS.match(text):
        raise ValueError("not base64url")
    text = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from error
