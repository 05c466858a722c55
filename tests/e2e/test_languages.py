"""Other languages: German as somebody chooses it, and the one made of English (`ar-xb`), longer and from right to left, in
which whatever is plain English has not been translated."""

import re

import pytest
from django.utils import translation
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages import Visitor, screenshot

pytestmark = [pytest.mark.e2e]

PAGES = {
    "home": "/",
    "spaces": "/spaces/",
    "new": "/spaces/new/",
    "search": "/search/?q=hana",
    "profile": "/@{handle}/",
    "inbox": "/inbox/",
    "notifications": "/inbox/notifications/",
    "settings": "/settings/",
}
SHEETS = ["space-settings", "pins", "posts", "listeners", "sound", "share"]
TITLE = "Evening talk"

# What somebody sees or hears in plain letters. What people wrote, their names, and the names of languages are in a
# language of their own.
_PLAIN = """
(own) => {
  const isPlain = (text) => /[A-Za-z]{3,}/.test(text) && !text.includes("\\u200f");
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!isPlain(node.data) || parent.closest(`script, style, kbd, ${own}`) || !parent.checkVisibility()) continue;
    found.push(node.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "title"]) {
    for (const element of document.querySelectorAll(`[${name}]:not(time)`)) {
      const text = element.getAttribute(name);
      if (isPlain(text) && !element.closest(own) && element.checkVisibility()) found.push(`${name}: ${text}`);
    }
  }
  return found;
}
"""
_OWN = ", ".join(
    [
        "[dir=auto]",
        "bdi",
        "[lang]:not(html)",
        "select option",
        ".space-card__title",
        ".space-row__title",
        ".bubble__name",
        ".room__title",
    ]
)


def german(text: str) -> str:
    """What the server says for `text` in German."""
    with translation.override("de"):
        return translation.gettext(text)


def speak(one: Visitor, language: str) -> None:
    """Have this browser ask for pages in a language, as its picker does."""
    one.context.add_cookies([{"name": "language", "value": language, "url": one.url}])


def test_every_word_is_translated_and_fits_from_right_to_left(host, visitor, pictures):
    reader = visitor(host, size=PHONE)
    topics = [topic["name"] for topic in reader.page.request.get(f"{reader.url}/api/v1/topics/").json()]
    # "@" begins handles, in the page and in examples.
    names = ["Hana", "Finn", "Demo", "@", host.handle, TITLE, "example.org", *topics]

    def look(name: str) -> None:
        assert reader.page.evaluate("document.documentElement.dir") == "rtl"
        plain = reader.page.evaluate(_PLAIN, _OWN)
        left = [text for text in plain if text != "Spaces" and not any(known in text for known in names)]
        assert not left, f"{name}: {left}"
        assert not reader.is_too_wide(), name
        screenshot(reader, pictures / f"rtl-{name}.png")

    space = reader.start_space(TITLE)
    speak(reader, "ar-xb")
    reader.open(f"/spaces/{space}/").in_room()
    look("room")
    for name in SHEETS:
        reader.more(name)
        expect(reader.page.locator("dialog.sheet[open]")).to_have_count(1)
        look(name)
        reader.page.keyboard.press("Escape")
        expect(reader.page.locator("dialog[open]")).to_have_count(0)
    for name in ("react", "captions", "chat"):
        reader.action(name).click()
        look(name)
    reader.room.locator("[data-action=minimise]").click()
    look("space-page")
    for name, path in PAGES.items():
        reader.open(path.format(handle=host.handle)).connected()
        look(name)


def test_somebody_chooses_german(host, visitor, pictures):
    reader = visitor(host, size=PHONE)
    reader.open("/settings/")

    reader.page.get_by_role("button", name="Deutsch", exact=True).click()

    expect(reader.page.locator("html[lang=de]")).to_have_count(1)
    expect(reader.page.locator("h1")).to_have_text(german("Settings"))
    for name, path in PAGES.items():
        reader.open(path.format(handle=host.handle)).connected()
        assert not reader.is_too_wide(), name
        screenshot(reader, pictures / f"german-{name}.png")
    reader.open("/spaces/new/")
    reader.page.locator("input[name=title]").fill(TITLE)
    reader.page.get_by_role("button", name=german("Go live now")).click()
    reader.in_room()
    expect(reader.notice("muted")).to_have_text("Du bist stumm. Tippe auf das Mikro, um zu sprechen.")
    expect(reader.room.locator(".listeners")).to_have_text("0 hören zu")
    reader.action("more").click()
    expect(reader.page.locator("dialog.sheet[open] .sheet__title")).to_have_text("Mehr")
    screenshot(reader, pictures / "german-more.png")
    reader.page.keyboard.press("Escape")
    reader.room.locator("[data-action=end]").click()
    reader.page.locator("dialog[open]").get_by_role("button", name="Für alle beenden").click()
    expect(reader.notice("ended")).to_have_text(re.compile(r"^\s*Du hast diesen Space nach .+ beendet\.\s*$"))
