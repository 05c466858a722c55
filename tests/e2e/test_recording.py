"""A Space is recorded: everybody sees it, who comes on stage agrees, what they say is captioned for whoever listens; then the
replay plays with its transcript, a clip of what was live is there, and one's part is taken out again."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Account
from tests.e2e.pages import Visitor, screenshot
from tests.e2e.replaying import act, heard_line, passes
from tests.e2e.replaying import until as until_true
from tests.plugins.services import LiveStack

pytestmark = [pytest.mark.e2e]


def recording_of(visitor: Visitor, space: str) -> dict[str, Any]:
    """What the API tells this person of the recording."""
    answer: dict[str, Any] = visitor.page.request.get(
        f"{visitor.url}/api/v1/spaces/{space}/recording/"
    ).json()
    return answer


def until(visitor: Visitor, space: str, state: str, seconds: float = 60) -> dict[str, Any]:
    """Return what the API tells of the recording once it is in this state."""
    end = time.monotonic() + seconds
    while (found := recording_of(visitor, space))["state"] != state:
        assert time.monotonic() < end, found
        visitor.page.wait_for_timeout(200)
    return found


def test_recorded_with_consent_and_a_part_taken_out(
    site: LiveStack,
    pair: tuple[Account, Account],
    stranger: Account,
    visitor: Callable[..., Visitor],
    pictures: Path,
) -> None:
    with site.agents():
        host, asker = visitor(pair[0]), visitor(pair[1], size=PHONE)
        space = host.start_space("On the record")
        host.more("recording")
        expect(host.page.locator("dialog[data-layer=recording-start]")).to_contain_text("Everybody is told.")
        screenshot(host, pictures / "recording-start.png")
        host.page.locator("dialog [data-choice=yes]").click()
        expect(host.room.locator(".badge--rec")).to_contain_text("Being recorded")
        host.unmute()

        asker.open(f"/spaces/{space}/")
        expect(asker.page.locator("#main .badge--rec")).to_have_text("Being recorded")
        asker.page.locator("#main [data-join-space]").first.click()
        asker.in_room()
        expect(asker.toast("This Space is being recorded. Who listens is not.")).to_be_visible()
        expect(asker.room.locator(".badge--rec")).to_be_visible()
        screenshot(asker, pictures / "recording-listener-phone.png")
        asker.action("hand").click()
        expect(asker.page.locator("dialog [data-consent]")).to_contain_text("On stage you are recorded, too")
        screenshot(asker, pictures / "recording-consent-phone.png")
        asker.page.get_by_role("button", name="Agree and ask to speak").click()
        host.action("queue").click()
        host.page.locator(".asker [data-act=accept]").click()
        host.page.keyboard.press("Escape")
        expect(asker.action("mic")).to_be_visible()
        asker.unmute()
        host.hears()
        asker.hears()
        listener = visitor(stranger)
        listener.open(f"/spaces/{space}/")
        listener.page.locator("#main [data-join-space]").first.click()
        listener.in_room().action("captions").click()
        for person in pair:
            said = listener.room.locator("[data-line]").filter(has_text=person.name)
            expect(said.first).to_be_visible(timeout=40_000)
        listener.more("clip")
        expect(listener.toast("Your clip is being made.")).to_be_visible()
        screenshot(host, pictures / "recording-room.png")
        host.end_space()
        expect(host.room).to_have_attribute("data-phase", "ended")

        ready = until(host, space, "ready")
        assert ready["duration_ms"] > 2_000
        host.open(f"/spaces/{space}/")
        act(host, "play").click()
        passes(host, 2.0)
        expect(heard_line(host)).to_have_count(1)
        for person in pair:
            expect(host.page.locator(".turn__who").filter(has_text=person.name).first).to_be_attached()
        act(host, "play").click()
        listener.open(f"/spaces/{space}/")
        listener.page.locator(".clip-card").click()
        video = listener.page.locator("video[data-clip-video]")
        expect(video).to_be_visible(timeout=30_000)
        video.evaluate("video => video.play()")
        until_true(listener, "document.querySelector('video').currentTime > 1")
        video.evaluate("video => video.pause()")

        assert recording_of(asker, space)["has_part"]
        asker.open(f"/spaces/{space}/")
        asker.page.get_by_role("button", name="Take my part out").click()
        screenshot(asker, pictures / "recording-part-phone.png")
        asker.page.get_by_role("button", name="Take it out for good").click()
        expect(asker.page.locator("#main, #messages")).to_contain_text(["Your part is taken out."])
        until(host, space, "ready")
        assert not recording_of(asker, space)["has_part"]
