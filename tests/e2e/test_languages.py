"""Other languages: German as somebody chooses it; and the one made of English, from right to left and longer, in which whatever
is plain English has not been translated."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages import screenshot

pytestmark = [pytest.mark.e2e]

PAGES = ["/", "/spaces/", "/spaces/new/", "/search/?q=hana", "/@{handle}/", "/inbox/", "/inbox/notifications/", "/settings/"]
SHEETS = ["space-settings", "pins", "posts", "listeners", "sound", "share"]

# Words in plain letters that somebody sees or hears. What people wrote, names, addresses and the names of languages are
# in a language of their own, and say so.
_PLAIN = """
() => {
  const own = "[dir=auto], bdi, [lang]:not(html), [translate=no]";
  const isPlain = (text) => /[A-Za-z]{3,}/.test(text) && !text.includes("\\u200f");
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (isPlain(node.data) && !parent.closest(`script, style, ${own}`) && parent.checkVisibility()) found.push(node.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (isPlain(element.getAttribute(name)) && !element.closest(own)) found.push(`${name}: ${element.getAttribute(name)}`);
    }
  }
  return found;
}
"""


def test_every_word_goes_through_the_translation_and_fits_from_right_to_left(site, host, visitor, pictures):
    reader = visitor(host, size=PHONE)
    reader.context.add_cookies([{"name": "language", "value": "ar-xb", "url": site.url}])
    said = {host.name, host.handle, "Spaces"}

    def look(name):
        assert reader.page.evaluate("document.documentElement.dir") == "rtl"
        plain = [text for text in reader.page.evaluate(_PLAIN) if not any(word in text for word in said)]
        assert not plain, f"{name}: {plain}"
        assert not reader.is_too_wide(), name
        screenshot(reader, pictures / f"rtl-{name.strip('/').replace('/', '-')}.png")

    for path in PAGES:
        reader.open(path.format(handle=host.handle)).connected()
        look(path)
