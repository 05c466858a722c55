"""What a podcast's feed must be, as a checker: `problems(xml)` names each rule that is broken.

The rules, from what their owners publish:

- RSS 2.0 (rssboard.org/rss-specification): one channel with title, link and description; an item has a title or a
  description, an enclosure has url, length (bytes) and type, a guid is there once; dates are RFC 822.
- RSS Best Practices Profile (rssboard.org/rss-profile): atom:link rel="self"; at most one enclosure an item; addresses are
  whole.
- Apple, "Podcast RSS feed requirements" and "A podcaster's guide to RSS" (help.apple.com/itc/podcasts_connect):
  UTF-8; itunes:image (href ends in .jpg or .png), itunes:category of Apple's list, itunes:explicit, language (ISO 639)
  on the channel; each episode has a title, an enclosure of a type that Apple plays, a guid that never changes, pubDate,
  itunes:duration.
- Podcasting 2.0 (github.com/Podcastindex-org/podcast-namespace): podcast:guid is a UUID (version 5); podcast:transcript
  has url and type, podcast:chapters url and type.
"""

import re
import uuid
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
CATEGORIES = {
    "Arts", "Business", "Comedy", "Education", "Fiction", "Government", "Health & Fitness", "History",
    "Kids & Family", "Leisure", "Music", "News", "Religion & Spirituality", "Science", "Society & Culture",
    "Sports", "Technology", "True Crime", "TV & Film",
}  # fmt: skip
ENCLOSURES = {"audio/mpeg", "audio/x-m4a", "video/mp4", "video/quicktime", "application/pdf"}
TRANSCRIPTS = {"text/vtt", "application/x-subrip", "application/srt", "text/html", "application/json"}


def problems(xml: bytes) -> list[str]:
    """Each broken rule, in words; none for a good feed."""
    if not re.match(rb"<\?xml[^>]*encoding=[\"']utf-8[\"']", xml, re.IGNORECASE):
        return ["it does not say that it is UTF-8"]
    root = ET.fromstring(xml)
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        return ["it is no RSS 2.0 with one channel"]
    found = _channel(channels[0])
    items = channels[0].findall("item")
    for item in items:
        name = item.findtext("title") or "an item without title"
        found += [f"{name}: {problem}" for problem in _item(item)]
    guids = [item.findtext("guid") for item in items]
    if len(set(guids)) != len(guids):
        found.append("two items have one guid")
    dates = [parsedate_to_datetime(item.findtext("pubDate") or "") for item in items]
    if dates != sorted(dates, reverse=True):
        found.append("the newest is not first")
    return found


def _channel(channel: ET.Element) -> list[str]:
    found = [
        f"channel without {name}" for name in ("title", "link", "description") if not channel.findtext(name)
    ]
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,8})?", channel.findtext("language") or ""):
        found.append("language is none of ISO 639")
    if not _is_whole(channel.findtext("link")):
        found.append("link is no whole address")
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(own) != 1 or not _is_whole(own[0].get("href")):
        found.append("no atom:link to itself")
    image = channel.find(f"{ITUNES}image")
    address = image.get("href") if image is not None else None
    if not _is_whole(address) or not str(address).endswith((".jpg", ".png")):
        found.append("itunes:image is no address of a JPEG or PNG")
    categories = [one.get("text") for one in channel.findall(f"{ITUNES}category")]
    if not categories or not set(categories) <= CATEGORIES:
        found.append("itunes:category is none of Apple's list")
    if channel.findtext(f"{ITUNES}explicit") not in ("true", "false"):
        found.append("itunes:explicit is neither true nor false")
    if not channel.findtext(f"{ITUNES}author"):
        found.append("no itunes:author")
    try:
        if uuid.UUID(channel.findtext(f"{PODCAST}guid") or "").version != 5:
            found.append("podcast:guid is no UUID of version 5")
    except ValueError:
        found.append("podcast:guid is no UUID")
    _date(channel, "lastBuildDate", found)
    return found


def _item(item: ET.Element) -> list[str]:
    found: list[str] = []
    if not item.findtext("title"):
        found.append("no title")
    guid = item.find("guid")
    if guid is None or not guid.text:
        found.append("no guid")
    elif guid.get("isPermaLink", "true") == "true" and not _is_whole(guid.text):
        found.append("a guid that says it is an address and is none")
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        return [*found, f"{len(enclosures)} enclosures"]
    [enclosure] = enclosures
    if not _is_whole(enclosure.get("url")):
        found.append("enclosure without a whole address")
    if not re.fullmatch(r"[1-9][0-9]*", enclosure.get("length", "")):
        found.append("enclosure without a length")
    if enclosure.get("type") not in ENCLOSURES:
        found.append("enclosure of a type that Apple does not play")
    if not re.fullmatch(
        r"[1-9][0-9]*|([0-9]+:)?[0-9]{1,2}:[0-9]{2}", item.findtext(f"{ITUNES}duration") or ""
    ):
        found.append("no itunes:duration")
    for name, kinds in (("transcript", TRANSCRIPTS), ("chapters", {"application/json+chapters"})):
        linked = item.findall(f"{PODCAST}{name}")
        if not all(_is_whole(one.get("url")) and one.get("type") in kinds for one in linked):
            found.append(f"podcast:{name} without address or type")
    _date(item, "pubDate", found)
    return found


def _is_whole(address: str | None) -> bool:
    return bool(address) and re.match(r"https?://[^/\s]+/", str(address)) is not None


def _date(element: ET.Element, name: str, found: list[str]) -> None:
    try:
        parsedate_to_datetime(element.findtext(name) or "")
    except (TypeError, ValueError):
        found.append(f"{name} is no date of RFC 822")
