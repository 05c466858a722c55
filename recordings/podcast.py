"""The podcast of a host: RSS 2.0 with Apple's elements (itunes:) and those of Podcasting 2.0 (podcast:).

What a feed must have, and where that is written: tests/recordings/podcast_rules.py.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.translation import gettext as _

from accounts.models import User
from recordings.models import Recording
from recordings.selectors.replays import duration_ms, title_of
from recordings.sound.mixing import MIX_TYPE

# The namespace of feeds' own UUIDs (podcast:guid).
_FEEDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_TRANSCRIPTS = {"vtt": "text/vtt", "srt": "application/x-subrip"}
_CHAPTERS = "application/json+chapters"


class PodcastFeed(Rss201rev2Feed):
    """Django's RSS with what podcast apps read beside it."""

    def rss_attributes(self) -> dict[str, str]:
        """The namespaces."""
        return super().rss_attributes() | {
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }

    def add_root_elements(self, handler: Any) -> None:
        """The channel."""
        super().add_root_elements(handler)
        feed = self.feed
        handler.addQuickElement("itunes:author", feed["author"])
        handler.addQuickElement("itunes:type", "episodic")
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("itunes:image", attrs={"href": feed["image"]})
        handler.addQuickElement("itunes:category", attrs={"text": settings.PODCAST_CATEGORY})
        handler.startElement("image", {})
        for name in ("url", "title", "link"):
            handler.addQuickElement(name, feed["image" if name == "url" else name])
        handler.endElement("image")
        handler.addQuickElement("podcast:guid", feed["guid"])
        handler.addQuickElement("podcast:medium", "podcast")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """An episode."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("itunes:duration", str(item["duration"]))
        handler.addQuickElement("itunes:explicit", "false")
        handler.addQuickElement("itunes:episodeType", "full")
        for url, kind in item["transcripts"]:
            handler.addQuickElement("podcast:transcript", attrs={"url": url, "type": kind})
        if item["chapters"]:
            handler.addQuickElement("podcast:chapters", attrs={"url": item["chapters"], "type": _CHAPTERS})


def podcast_xml(
    host: User, recordings: Sequence[Recording], sizes: Sequence[int], *, built_at: datetime
) -> str:
    """The feed of these replays, the latest first, which everybody may hear; `sizes` are those of their files in bytes.

    Each has `has_lines`: whether there is a transcript. No query.
    """
    address = settings.SITE_URL + reverse("podcast", args=[host.handle])
    parts = urlsplit(address)
    feed = PodcastFeed(
        title=_("%(name)s on Spaces") % {"name": host.display_name},
        link=settings.SITE_URL + host.get_absolute_url(),
        description=host.bio or _("Spaces of %(name)s, to hear again.") % {"name": host.display_name},
        language=recordings[0].space.language if recordings else "en",
        feed_url=address,
        author=host.display_name,
        image=settings.SITE_URL + reverse("podcast-artwork", args=[host.handle]),
        guid=str(uuid.uuid5(_FEEDS, f"{parts.netloc}{parts.path}".rstrip("/"))),
        ttl=60,
    )
    for recording, size in zip(recordings, sizes, strict=True):
        _add(feed, recording, size)
    feed.latest_post_date = lambda: built_at  # type: ignore[method-assign]  # else that of the newest episode
    return str(feed.writeString("utf-8"))


def _add(feed: PodcastFeed, recording: Recording, size: int) -> None:
    space, title = recording.space, title_of(recording)
    key = [space.pk]
    has_lines = bool(getattr(recording, "has_lines", False))
    feed.add_item(
        title=title,
        link=settings.SITE_URL + space.get_absolute_url(),
        description=space.description or title,
        unique_id=str(space.pk),
        unique_id_is_permalink=False,
        pubdate=space.ended_at,
        author_name=None,
        enclosures=[Enclosure(settings.SITE_URL + reverse("replay-audio", args=key), str(size), MIX_TYPE)],
        duration=max(1, duration_ms(recording) // 1000),
        transcripts=[
            (settings.SITE_URL + reverse("replay-transcript", args=[*key, extension]), kind)
            for extension, kind in _TRANSCRIPTS.items()
        ]
        if has_lines
        else [],
        chapters=settings.SITE_URL + reverse("replay-chapters", args=key) if has_lines else "",
    )
