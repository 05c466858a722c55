"""A Space is recorded: everybody sees it, who comes on stage agrees, and whoever listens reads what both say; then the
replay plays and its transcript follows, a clip of what was live is there, and one's part is taken out again."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from rooms.demo.speech import Voice, silence, speak, write_wav
from tests.e2e.conftest import FAKE_MICROPHONE, PHONE, Account
from tests.e2e.pages import Visitor, screenshot
from tests.e2e.replaying import act, passes, place
from tests.e2e.replaying import until as until_true
from tests.plugins.services import LiveStack

pytestmark = [pytest.mark.e2e]

# Engines that have a busy machine to themselves only in part take their time.
CAPTION_MS = 90_000
# Said again and again, with pauses, by a voice that the rough engine understands.
WORDS = "Many of the people are waiting for a long time."
VOICE = Voice("en-us+f2", 140, 40)
UNDERSTOOD = re.compile("people|waiting|long time")


def recording_of(visitor: Visitor, space: str) -> dict[str, Any]:
    """What the API tells this person of the recording."""
    answer: dict[str, Any] = visitor.page.request.get(
        f"{visitor.url}/api/v1/spaces/{space}/recording/"
    ).json()
    return answer


def until(visitor: Visitor, space: str, state: str, seconds: float = 180) -> dict[str, Any]:
    """Return what the API tells of the recording once it is in this state."""
    end = time.monotonic() + seconds
    while (found := recording_of(visitor, space))["state"] != state:
        assert time.monotonic() < end, found
        visitor.page.wait_for_timeout(200)
    return found


def captions(visitor: Visitor) -> Locator:
    """What this person reads along."""
    return visitor.room.locator("[data-panel=captions]")


def lines_of(visitor: Visitor, person: Account) -> Locator:
    """What this person reads of what somebody says."""
    return captions(visitor).locator("[data-line]").filter(has_text=person.name)


def is_understood(visitor: Visitor, person: Account) -> None:
    """Wait until this person has read some of the words that somebody says."""
    understood = lines_of(visitor, person).filter(has_text=UNDERSTOOD)
    expect(understood.first).to_be_attached(timeout=CAPTION_MS)


def reads_in_ones_own_way(listener: Visitor, pictures: Path) -> None:
    """Make captions larger, and white on black."""
    screenshot(listener, pictures / "captions-phone.png")
    captions(listener).locator("[data-act=settings]").click()
    listener.page.get_by_role("radio", name="Very large").check(force=True)
    listener.page.get_by_role("switch", name="High contrast").check(force=True)
    listener.page.keyboard.press("Escape")
    expect(listener.room.locator(".captions--xl.captions--contrast")).to_be_visible()
    screenshot(listener, pictures / "captions-phone-contrast.png")


def a_line_is_taken_out(line: str, listener: Visitor, host: Visitor) -> None:
    """A listener may report it; the host takes it out, and it is gone for all."""
    captions(listener).locator(line).get_by_role("button").click()
    expect(listener.page.locator("dialog [data-act=report]")).to_be_visible()
    listener.page.keyboard.press("Escape")
    captions(host).locator(line).get_by_role("button").click()
    host.page.locator("dialog [data-act='captions.remove']").click()
    expect(captions(listener).locator(line)).to_have_count(0)


@pytest.fixture
def speaking(launch: Callable[..., Browser], tmp_path: Path) -> Iterator[Browser]:
    """A browser whose microphone says that."""
    wav = tmp_path / "voice.wav"
    write_wav(wav, np.concatenate([speak(WORDS, VOICE), silence(1.2)]))
    started = launch([*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={wav}"])
    yield started
    started.close()


@pytest.mark.timeout(600)
def test_what_two_say_is_read_recorded_heard_again_and_a_part_taken_out(
    site: LiveStack,
    pair: tuple[Account, Account],
    stranger: Account,
    visitor: Callable[..., Visitor],
    speaking: Browser,
    pictures: Path,
) -> None:
    host, asker = visitor(pair[0], on=speaking), visitor(pair[1], size=PHONE, on=speaking)
    space = host.start_space("On the record")
    # Without workers there are none, and the room says so.
    host.page.keyboard.press("c")
    expect(captions(host).locator("[data-state]")).to_contain_text("can't be had right now")
    with site.agents():
        expect(captions(host)).to_contain_text("What is said from now on appears here.", timeout=CAPTION_MS)
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
        asker.hears()
        listener = visitor(stranger, size=PHONE, on=speaking)
        listener.open(f"/spaces/{space}/")
        listener.page.locator("#main [data-join-space]").first.click()
        listener.in_room().action("captions").click()
        expect(captions(listener)).to_contain_text("Rough captions")
        # One after the other, so that one engine is enough.
        is_understood(listener, pair[0])
        expect(lines_of(listener, pair[0]).nth(1)).to_be_attached(timeout=CAPTION_MS)
        host.action("mic").click()
        asker.unmute()
        host.hears()
        is_understood(listener, pair[1])
        asker.action("mic").click()
        reads_in_ones_own_way(listener, pictures)
        screenshot(host, pictures / "captions-desktop.png")
        number = lines_of(listener, pair[0]).first.get_attribute("data-line")
        a_line_is_taken_out(f"[data-line='{number}']", listener, host)
        listener.more("clip")
        expect(listener.toast("Your clip is being made.")).to_be_visible()
        # Nobody is written along any more once the host has turned captions off.
        host.more("space-settings")
        host.page.locator("dialog input[name=captions_wanted]").uncheck(force=True)
        host.page.locator("dialog [data-act=save]").click()
        expect(captions(listener).locator("[data-state]")).to_have_text("The host has turned captions off.")
        screenshot(host, pictures / "recording-room.png")
        host.end_space()
        expect(host.room).to_have_attribute("data-phase", "ended")

        ready = until(host, space, "ready")
        assert ready["duration_ms"] > 2_000
        host.open(f"/spaces/{space}/")
        act(host, "play").click()
        # A tap on what somebody said plays it, and the transcript goes with the sound.
        for person in pair:
            turn = host.page.locator(".turn").filter(has_text=person.name).first
            turn.locator(".turn__line").first.click()
            expect(turn.locator(".turn__line.is-heard")).to_have_count(1)
            passes(host, place(host) + 0.5)
        screenshot(host, pictures / "recording-replay.png")
        act(host, "play").click()
        listener.open(f"/spaces/{space}/")
        listener.page.locator(".clip-card").click()
        video = listener.page.locator("video[data-clip-video]")
        expect(video).to_be_visible(timeout=CAPTION_MS)
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
