"""Takes out of a text what is somebody's own or secret: for logs, and for what is sent to a service that collects errors."""

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # The password in the address of a server, before it is taken for an e-mail address.
    (re.compile(r"(\w://[^\s:/@]*:)[^\s@/]+@"), r"\1…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<e-mail>"),
    (re.compile(r"(?<![\w.…])@\w{2,20}\b"), "@…"),
    # What PostgreSQL says of a row that is there already.
    (re.compile(r"(Key \([^=]*\)=)\(.*?\)(?= )"), r"\1(…)"),
    (re.compile(r"([?&](?:ticket|token|key|secret|password|code)=)[^&\s\"']+", re.IGNORECASE), r"\1…"),
    (re.compile(r"((?:Bearer|X-Session-Token:?)\s+)\S+", re.IGNORECASE), r"\1…"),
)
# A part of a path that nobody could guess is what opens the door.
_SECRET_PART = re.compile(r"(?<=/)(?=[^/]*\d)[A-Za-z0-9_-]{22,}(?=[/.?]|$)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def redacted(text: str) -> str:
    """`text` without e-mail addresses, handles, passwords, tokens and the values of rows."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def redacted_path(path: str) -> str:
    """An address on this site without handles and without parts that are secrets; ids stay."""
    return redacted(_SECRET_PART.sub(lambda part: part[0] if _UUID.fullmatch(part[0]) else "…", path))
