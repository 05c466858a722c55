"""The podcast of a host: its feed, picture, and chapters. Everybody sees what a guest may hear, whoever they are."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import user_by_handle
from recordings.artwork import artwork, artwork_key
from recordings.chapters import chapters
from recordings.models import CaptionLine, Recording
from recordings.podcast import podcast_xml
from recordings.replay_gates import heard_by
from recordings.selectors.replays import listed_replays, replay_for
from recordings.selectors.transcripts import lines_of
from recordings.serving import size_of
from recordings.views.files import mix_served, refused_in_a_line
from spaces_project.lib.errors import NotFound

_FRESH_SECONDS = 300
_KNOWN_SECONDS = 30 * 24 * 3600


@require_safe
@refused_in_a_line
def podcast(request: HttpRequest, handle: str) -> HttpResponseBase:
    """The feed. Three queries, whatever the number of episodes; 304 for who has it."""
    host = _host(handle)
    now = timezone.now()
    recordings = list(
        _public(now).filter(space__host=host).order_by("-ready_at", "-pk")[: settings.PODCAST_ITEMS_MAX]
    )
    sizes = [_size(recording) for recording in recordings]
    # What it says decides since when it says so: a title that was changed is news as well.
    written = podcast_xml(host, recordings, sizes, built_at=datetime.fromtimestamp(0, tz=now.tzinfo))
    digest = hashlib.sha256(written.encode()).hexdigest()[:32]
    since = _since(host, digest, now)
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag, last_modified=int(since.timestamp()))
    if response is None:
        xml = podcast_xml(host, recordings, sizes, built_at=since)
        response = HttpResponse(xml, content_type="application/rss+xml; charset=utf-8")
    response["ETag"] = etag
    response["Last-Modified"] = http_date(since.timestamp())
    response["Cache-Control"] = f"public, max-age={_FRESH_SECONDS}"
    return response


@require_safe
@refused_in_a_line
def podcast_artwork(request: HttpRequest, handle: str) -> HttpResponseBase:
    """The picture of the podcast, JPEG."""
    host = _host(handle)
    etag = f'"{artwork_key(host)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(artwork(host), content_type="image/jpeg")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
@refused_in_a_line
def replay_chapters(request: HttpRequest, space_id: str) -> HttpResponseBase:
    """The chapters of a replay that everybody may hear, as podcast apps read them (JSON Chapters 1.2)."""
    recording = replay_for(viewer=AnonymousUser(), space_id=space_id, now=timezone.now())
    found = [
        {"startTime": chapter.starts_ms / 1000, "title": chapter.title}
        for chapter in chapters(lines_of(recording))
    ]
    response = JsonResponse({"version": "1.2.0", "chapters": found})
    response["Content-Type"] = "application/json+chapters"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _host(handle: str) -> User:
    host = user_by_handle(handle)
    if host.is_suspended:
        raise NotFound()
    return host


def _public(now: datetime) -> QuerySet[Recording]:
    guest = AnonymousUser()
    lines = CaptionLine.objects.filter(space=OuterRef("space"), removed_at__isnull=True)
    return listed_replays(viewer=guest, now=now).filter(heard_by(guest)).annotate(has_lines=Exists(lines))


def _size(recording: Recording) -> int:
    if not recording.trimmed_ms:
        return recording.size_bytes
    try:
        return size_of(mix_served(recording))
    except OSError:
        return 0


def _since(host: User, digest: str, now: datetime) -> datetime:
    """Since when the feed says what it says, as far as we remember."""
    key = f"podcast:{host.pk}"
    known: tuple[str, datetime] | None = cache.get(key)
    if known is not None and known[0] == digest:
        return known[1]
    since = now.replace(microsecond=0)
    cache.set(key, (digest, since), _KNOWN_SECONDS)
    return since
