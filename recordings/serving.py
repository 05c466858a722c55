"""Serves a file of the storage of recordings: whole, or the range that a player asks for (RFC 9110, 14)."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from recordings.errors import LinkNotFound
from recordings.services.files import recordings_storage

_CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# The mix: MP3 at a constant 64 kbit/s and 48,000 samples a second, so that each frame (1,152 samples) has as many bytes.
_FRAME_MS, _FRAME_BYTES = 24, 192


@dataclass(frozen=True, slots=True)
class Served:
    """A file of the storage, and how it is sent. `etag` changes whenever its bytes do; with `save_as` browsers save it under
    that name; `skip_ms` of its beginning (MP3 alone) is not sent."""

    name: str
    content_type: str
    etag: str
    save_as: str = ""
    skip_ms: int = 0


def serve(request: HttpRequest, served: Served) -> HttpResponseBase:
    """Answer with the file: 200, 206 for one range, 416 for one outside of it, 304 where the asker has it.

    Several ranges at once are answered with the whole, as the standard allows. Where the storage makes addresses of its own
    (`RECORDINGS_REDIRECT`), the asker is sent there, unless some of the file must not be sent. Raises LinkNotFound when
    it is gone.
    """
    etag = f'"{served.etag}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    storage = recordings_storage()
    if settings.RECORDINGS_REDIRECT and not served.skip_ms:
        return HttpResponseRedirect(storage.url(served.name))
    try:
        file = storage.open(served.name, "rb")
    except OSError:
        raise LinkNotFound() from None
    skipped = _bytes_of(file, served.skip_ms)
    size = max(0, file.size - skipped)
    asked = _range(request, size, etag)
    first, last = asked or (0, size - 1)
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Content-Type": served.content_type}
    if served.save_as:
        headers["Content-Disposition"] = content_disposition_header(True, served.save_as) or "attachment"
    if asked and first > last:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(last - first + 1)
    if asked:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if asked else 200
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers)
    parts: Any = _parts_async if isinstance(request, ASGIRequest) else _parts
    response = StreamingHttpResponse(
        parts(file, skipped + first, last - first + 1), status=status, headers=headers
    )
    # As FileResponse does: closed also when the asker goes away in the middle.
    closers: list[Any] = vars(response)["_resource_closers"]
    closers.append(file.close)
    return response


def size_of(served: Served) -> int:
    """How many bytes are sent of a file. Raises OSError where it is gone."""
    with recordings_storage().open(served.name, "rb") as file:
        return max(0, file.size - _bytes_of(file, served.skip_ms))


def _bytes_of(file: IO[bytes], skip_ms: int) -> int:
    """How many bytes of an MP3 the first `skip_ms` are, with what stands before its sound: an ID3 tag (v2), and a first frame
    that says how long all of it is, which would be wrong of the rest."""
    if not skip_ms:
        return 0
    file.seek(0)
    head = file.read(10)
    tag = 0
    if head[:3] == b"ID3":
        # The size is in four bytes of seven bits, without this head (ID3v2.4, 3.1).
        tag = 10 + sum((byte & 0x7F) << (7 * (3 - place)) for place, byte in enumerate(head[6:10]))
    return tag + _FRAME_BYTES * (1 + skip_ms // _FRAME_MS)


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first and the last byte that are asked for, None where all of it is.

    The first beyond the last means that nothing of it is there.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if first:
        if last and int(last) < int(first):
            # No range at all: it is passed over.
            return None
        return int(first), min(int(last or size), size - 1)
    # The last so many bytes.
    return (max(0, size - int(last)) if int(last) else size, size - 1) if last else None


def _parts(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    file.seek(first)
    while length > 0 and (part := file.read(min(_CHUNK, length))):
        length -= len(part)
        yield part


async def _parts_async(file: IO[bytes], first: int, length: int) -> AsyncIterator[bytes]:
    """As `_parts`, without keeping the event loop from its other work while the disk is read."""
    await asyncio.to_thread(file.seek, first)
    while length > 0 and (part := await asyncio.to_thread(file.read, min(_CHUNK, length))):
        length -= len(part)
        yield part
