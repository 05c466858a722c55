"""Two people speak, and somebody who cannot hear them reads what they say."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Account
from tests.e2e.pages import Visitor, screenshot
from tests.plugins.services import LiveStack

pytestmark = [pytest.mark.e2e]

# An engine that has a busy machine to itself only in part takes its time.
PATIENCE_MS = 60_000


def test_what_two_people_say_is_read_by_a_third(
    site: LiveStack,
    pair: tuple[Account, Account],
    stranger: Account,
    visitor: Callable[..., Visitor],
    pictures: Path,
) -> None:
    host, guest = visitor(pair[0]), visitor(pair[1])
    space = host.start_space("Read along")
    # Without workers there are none, and the room says so.
    host.action("captions").click()
    panel = host.room.locator("[data-panel=captions]")
    expect(panel.locator("[data-state]")).to_contain_text("can't be had right now")
    with site.agents():
        reader = visitor(stranger, size=PHONE)
        reader.open(f"/spaces/{space}/")
        reader.page.locator("#main [data-join-space]").first.click()
        reader.in_room().page.keyboard.press("c")
        lines = reader.room.locator("[data-panel=captions]")
        expect(lines).to_contain_text("Rough captions")
        expect(panel).to_contain_text("What is said from now on appears here.", timeout=PATIENCE_MS)

        guest.open(f"/spaces/{space}/")
        guest.page.locator("#main [data-join-space]").first.click()
        guest.in_room().action("hand").click()
        guest.page.locator("dialog [data-act=ask]").click()
        host.action("queue").click()
        host.page.locator(".asker [data-act=accept]").click()
        host.page.keyboard.press("Escape")
        host.unmute()
        expect(lines.locator("[data-line]").first).to_contain_text(pair[0].name, timeout=PATIENCE_MS)
        host.action("mic").click()
        expect(guest.action("mic")).to_be_visible()
        guest.unmute()
        theirs = lines.locator("[data-line]").filter(has_text=pair[1].name).first
        expect(theirs).to_contain_text(re.compile(r"\w+ \w+"), timeout=PATIENCE_MS)
        guest.action("mic").click()
        screenshot(reader, pictures / "captions-phone.png")
        screenshot(host, pictures / "captions-desktop.png")
        assert not reader.too_small()

        # Larger, white on black; what one chose stays.
        lines.locator("[data-act=settings]").click()
        reader.page.get_by_text("Very large").click()
        reader.page.get_by_role("switch", name="High contrast").check(force=True)
        reader.page.keyboard.press("Escape")
        expect(reader.room.locator(".captions--xl.captions--contrast")).to_be_visible()
        screenshot(reader, pictures / "captions-phone-contrast.png")

        # A line is reported; the host takes it out, and it is gone for all.
        theirs.get_by_role("button").click()
        expect(reader.page.locator("dialog [data-act=report]")).to_be_visible()
        reader.page.keyboard.press("Escape")
        number = theirs.get_attribute("data-line")
        panel.locator(f"[data-line='{number}']").get_by_role("button").click()
        host.page.locator("dialog [data-act='captions.remove']").click()
        expect(lines.locator(f"[data-line='{number}']")).to_have_count(0)

        # Nobody is written along any more once the host has turned captions off.
        host.more("space-settings")
        host.page.locator("dialog input[name=captions_wanted]").uncheck(force=True)
        host.page.locator("dialog [data-act=save]").click()
        expect(lines.locator("[data-state]")).to_have_text("The host has turned captions off.")
