"""The picture beside a link: what it says, that it is drawn once, and who gets it."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.services import picture_set
from rooms.card_image import content, drawing, store, text
from rooms.card_image.content import Card, card_of
from rooms.models import Space
from rooms.services.control import space_edit
from rooms.services.lifecycle import space_end

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "styles" / "tokens.css"
PURPLE = (0x78, 0x56, 0xFF)
# The badge, well inside of it; the brand's mark is at the other end.
BADGE = (90, 90, 120, 95)
CARD = Card(
    title="Morning voices",
    badge="Live",
    is_live=True,
    when="Tap to listen",
    host_id=15,
    host_name="Maya Kim",
    host_handle="maya",
    picture="",
)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No card has been drawn."""
    cache.clear()
    store._drawn.cache_clear()


def picture(png: bytes) -> Image.Image:
    """The card as pixels."""
    return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")


def has(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has this very colour."""
    return colour in {found for _, found in image.getcolors(image.width * image.height) or []}


def url(space: Space) -> str:
    return f"/spaces/{space.pk}/card.png"


def test_its_size_and_kind(client: Client, space: Space) -> None:
    response = client.get(url(space))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert picture(response.content).size == (1200, 630)
    assert len(response.content) < 60_000


def test_purple_is_for_what_is_live(space: Space) -> None:
    live = picture(drawing.draw(CARD)).crop(BADGE)
    ended = picture(drawing.draw(replace(CARD, badge="Ended", is_live=False))).crop(BADGE)
    assert has(live, PURPLE)
    assert not has(ended, PURPLE)


def test_an_unchanged_card_is_not_sent_again(client: Client, space: Space, host: Any, now: datetime) -> None:
    etag = client.get(url(space)).headers["ETag"]
    again = client.get(url(space), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    space_edit(space=space, by=host, title="Evening voices", now=now)
    changed = client.get(url(space), headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_the_key_changes_with_what_is_shown_and_with_nothing_else(
    space: Space, host: Any, now: datetime
) -> None:
    first = card_of(space)
    Space.objects.filter(pk=space.pk).update(peak_listeners=900, seq=77)
    assert card_of(Space.objects.get(pk=space.pk)).key == first.key
    host.name = "Another Name"
    host.save()
    renamed = card_of(Space.objects.get(pk=space.pk))
    ended = card_of(space_end(space=space, by=host, now=now))
    assert len({first.key, renamed.key, ended.key}) == 3
    assert (ended.badge, ended.is_live) == ("Ended", False)


def test_when_a_scheduled_one_is_is_said_in_the_hosts_zone(db: None) -> None:
    at = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    zoned = Space(state=Space.State.SCHEDULED, scheduled_at=at, time_zone="Europe/Berlin")
    assert content.state_words(zoned) == ("Upcoming", "Friday 20 November, 19:00 CET")
    for zone in ("", "Nowhere/Land", "../../etc/passwd", "\0"):
        zoned.time_zone = zone
        assert content.state_words(zoned)[1] == "Friday 20 November, 18:00 UTC"
    zoned.state = Space.State.CANCELLED
    assert content.state_words(zoned)[0] == "Cancelled"
    zoned.state = Space.State.EXPIRED
    assert content.state_words(zoned)[0] == "Did not start"


def test_the_hosts_picture_is_on_it(client: Client, space: Space, host: Any) -> None:
    before = drawing.draw(card_of(space))
    upload = io.BytesIO()
    Image.new("RGB", (8, 8), "lime").save(upload, "PNG")
    picture_set(now=timezone.now(), user=host, upload=SimpleUploadedFile("a.png", upload.getvalue()))
    card = card_of(Space.objects.select_related("host").get(pk=space.pk))
    face = picture(drawing.draw(card)).getpixel((76 + 56, 630 - 56 - 56))
    assert isinstance(face, tuple)
    assert face[1] > 240 > 60 > face[0]
    # One whose file is gone has letters, as anybody without one.
    host.picture.storage.delete(card.picture)
    assert drawing.draw(card) == before


@pytest.mark.parametrize(
    "title",
    [
        "W" * 70,
        "i" * 70,
        "mmm " * 17,
        "ß" * 70,
        "Ж" * 70,
        "שלום" * 17,
        "مرحبا " * 11,
        "朝" * 70,
        "한" * 70,
        "🔥" * 70,
        "a\u0301" * 35,
    ],
)
def test_seventy_signs_of_any_kind_fit(title: str) -> None:
    block = text.fit(
        title,
        face=text.BOLD,
        sizes=drawing._TITLE_SIZES,
        width=drawing.WIDTH - 2 * drawing._MARGIN,
        height=drawing._TITLE_HEIGHT,
    )
    assert len(block.lines) * block.leading <= drawing._TITLE_HEIGHT
    assert all(block.font.getlength(line) <= drawing.WIDTH - 2 * drawing._MARGIN for line in block.lines)
    if text.share_drawable(title, text.BOLD) == 1:
        assert "…" not in "".join(block.lines)
        assert "".join(block.lines).replace(" ", "") == title.replace(" ", "")
    picture(drawing.draw(replace(CARD, title=title, host_name=title[:50]))).load()


def test_the_longest_title_is_smaller_than_a_short_one() -> None:
    box = {"face": text.BOLD, "sizes": drawing._TITLE_SIZES, "width": 1048, "height": 268}
    assert text.fit("W" * 70, **box).leading < text.fit("Jazz", **box).leading


def test_writing_from_the_right_stands_on_the_right() -> None:
    hebrew = picture(drawing.draw(replace(CARD, title="שלום")))
    latin = picture(drawing.draw(replace(CARD, title="Shalom")))
    middle = drawing._TITLE_TOP + drawing._TITLE_HEIGHT // 2
    left_half = (0, middle - 60, 600, middle + 60)
    right_half = (600, middle - 60, 1200, middle + 60)
    ink = (0x17, 0x13, 0x1F)
    assert (has(hebrew.crop(left_half), ink), has(hebrew.crop(right_half), ink)) == (False, True)
    assert (has(latin.crop(left_half), ink), has(latin.crop(right_half), ink)) == (True, False)


def test_what_no_font_has_is_left_out_rather_than_boxes(settings: Any) -> None:
    settings.CARD_FONTS = []
    text._fonts.cache_clear()
    try:
        assert text.drawable("Jazz 🫨 朝 talk", text.font_for("Jazz", text.BOLD)) == "Jazz talk"
        unreadable = drawing.draw(replace(CARD, title="朝の声を聞こう"))
        assert unreadable == drawing.draw(replace(CARD, title="A Space by @maya"))
    finally:
        text._fonts.cache_clear()


def test_a_site_without_its_bundle_still_draws(settings: Any) -> None:
    settings.CARD_FONTS, settings.CARD_FONTS_DIR = [], Path("/nowhere")
    text._fonts.cache_clear()
    try:
        assert picture(drawing.draw(CARD)).size == (1200, 630)
    finally:
        text._fonts.cache_clear()


def test_a_flood_draws_each_card_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Card] = []

    def counted(card: Card) -> bytes:
        drawn.append(card)
        return drawing.draw(card)

    monkeypatch.setattr(store, "_drawn", counted)
    other = replace(CARD, title="Another")
    start = Barrier(12)

    def ask(number: int) -> bytes:
        start.wait(30)
        return store.card_png(CARD if number % 2 else other)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    assert sorted(card.title for card in drawn) == ["Another", "Morning voices"]
    assert len(set(answers)) == 2


def test_a_card_that_another_process_draws_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_drawn", lambda card: pytest.fail("it was drawn here"))
    key = f"card:{CARD.key}"
    cache.set(f"{key}:claim", 1, 5)
    monkeypatch.setattr(store.time, "sleep", lambda seconds: cache.set(key, b"theirs", 60))
    assert store.card_png(CARD) == b"theirs"


def test_one_that_died_while_drawing_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    key = f"card:{CARD.key}"
    cache.set(f"{key}:claim", 1, 5)
    monkeypatch.setattr(store.time, "sleep", lambda seconds: cache.delete(f"{key}:claim"))
    assert picture(store.card_png(CARD)).size == (1200, 630)


@pytest.mark.django_db
@pytest.mark.parametrize("space_id", ["nothing", "0190a5c6-0000-7000-8000-000000000000", "%00", "..%2F.."])
def test_what_there_is_not_has_no_card(space_id: str, client: Client) -> None:
    assert client.get(f"/spaces/{space_id}/card.png").status_code == 404


def test_it_takes_the_same_queries_kept_or_not(
    client: Client, space: Space, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        # The Space with its host, and its topics.
        with django_assert_num_queries(2):
            client.get(url(space))


def test_nothing_is_changed_by_asking(client: Client, space: Space) -> None:
    assert client.post(url(space)).status_code == 405
    assert client.head(url(space)).status_code == 200


def test_the_page_names_the_card(
    client: Client, space: Space, host: Any, now: datetime, settings: Any
) -> None:
    def tags() -> dict[str, str]:
        page = client.get(space.get_absolute_url()).content.decode()
        return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page))

    live = tags()
    assert live["og:title"] == "Morning voices"
    assert live["og:url"] == f"{settings.SITE_URL}/spaces/{space.pk}/"
    assert live["og:image"].startswith(f"{settings.SITE_URL}/spaces/{space.pk}/card.png?v=")
    assert live["og:image"] == live["twitter:image"]
    assert live["twitter:card"] == "summary_large_image"
    assert live["og:description"] == "The Host (@the_host) is live on Spaces. Tap to listen."
    assert client.get(live["og:image"].removeprefix(settings.SITE_URL)).status_code == 200
    space_end(space=space, by=host, now=now + timedelta(minutes=42))
    ended = tags()
    # Another address: sites keep what they have fetched.
    assert ended["og:image"] != live["og:image"]
    assert ended["og:description"] == "The ended this Space after 42 minutes."


def test_the_colours_are_those_of_the_site() -> None:
    css = TOKENS.read_text()
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css[: css.index("@media")]))
    assert {name: tokens[name] for name in drawing.COLOURS} == drawing.COLOURS
    assert tuple(tokens[f"hue-{n}"] for n in range(12)) == drawing.HUES
