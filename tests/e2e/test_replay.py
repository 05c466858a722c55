"""A Space that is over is heard again: the sound runs, the transcript goes with it, and a clip of it is made and watched."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.pages import screenshot
from tests.e2e.replaying import SOUND, act, heard_line, passes, place, until

pytestmark = [pytest.mark.e2e]

# Tracks as the recorder leaves them; the site's own worker puts them together.
_RECORDED = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from accounts.models import User
from recordings.models import ReactionSlice
from rooms.demo.speech import MAYA, SAM, speak
from rooms.models import RoomMessage
from tests.recordings.making import Part, recorded_space
host, fan = (User.objects.get(handle=handle) for handle in ("{host}", "{fan}"))
said = [
    (host, MAYA, "Good morning, and welcome to the harbour. Today we walk along the quay."),
    (host, MAYA, "It was built in eighteen twelve, and it has been built anew three times."),
    (fan, SAM, "Thank you for having me. What happened to the second warehouse, the one with green doors?"),
    (host, MAYA, "It burned down in a winter night, and nobody knows why. The doors are in the museum now."),
    (fan, SAM, "Then let us go there. I have wanted to see them for years."),
]
parts, at = [], 500
transaction.set_autocommit(False)
for user, voice, text in said:
    part = Part(user, at, speak(text, voice), text)
    parts.append(part)
    at += part.duration_ms + 400
ended_at = timezone.now() - timedelta(minutes=5)
recording = recorded_space(host=host, parts=parts, ended_at=ended_at, title="A walk along the quay")
space = recording.space
then = space.started_at + timedelta(seconds=1)
RoomMessage.objects.create(space=space, author=fan, text="Good morning from the ferry!", created_at=then)
ReactionSlice.objects.create(space=space, starts_at_ms=2000, taps={{"❤️": 3}}, totals={{}})
transaction.commit()
print("SPACE" + str(space.pk))
"""


@pytest.fixture
def recorded(site, host, fan, visitor):
    """The id of a Space of `host`, in which `fan` spoke as well, that can be heard again."""
    printed = site.manage("shell", "-c", _RECORDED.format(host=host.handle, fan=fan.handle))
    space = re.search("SPACE([0-9a-f-]{36})", printed)[1]
    # The host's page shows how far it is, and turns into the player by itself.
    maker = visitor(host)
    maker.open(f"/spaces/{space}/")
    expect(act(maker, "play")).to_be_visible(timeout=90_000)
    return space


def test_a_replay_plays_and_the_transcript_follows(recorded, host, fan, visitor, pictures):
    listener = visitor(fan, size=PHONE, color_scheme="light")
    listener.open(f"/spaces/{recorded}/")
    expect(act(listener, "play")).to_have_attribute("aria-label", "Play")
    screenshot(listener, pictures / "phone-light-replay.png")

    act(listener, "play").click()
    passes(listener, 1.0)
    expect(heard_line(listener)).to_have_text(re.compile("^Good morning, and welcome"))
    expect(listener.page.locator(".replay__words")).to_contain_text("Good morning from the ferry!")
    assert not listener.page.evaluate(f"{SOUND}.paused")

    listener.page.get_by_text("The doors are in the museum").click()
    expect(heard_line(listener)).to_have_text(re.compile("^It burned down"))
    tapped = place(listener)
    passes(listener, tapped + 0.3)

    act(listener, "previous").click()
    expect(heard_line(listener)).to_have_text(re.compile("^Thank you for having me"))
    act(listener, "next").click()
    expect(heard_line(listener)).to_have_text(re.compile("^It burned down"))
    act(listener, "rate").select_option("2")
    assert listener.page.evaluate(f"{SOUND}.playbackRate") == 2
    act(listener, "back").click()
    expect(heard_line(listener)).to_have_text(re.compile("^(It was built|Thank you)"))
    listener.page.keyboard.press("k")
    until(listener, f"{SOUND}.paused")
    assert listener.too_small() == []
    assert not listener.is_too_wide()
    screenshot(listener, pictures / "phone-light-replay-playing.png")

    # It goes on while one moves about, and one comes back to where one was.
    listener.page.keyboard.press("k")
    before = place(listener)
    listener.go("Spaces")
    expect(listener.page.locator(".player--replay")).to_contain_text("A walk along the quay")
    passes(listener, before + 0.5)
    screenshot(listener, pictures / "phone-light-replay-bar.png")
    listener.page.locator("[data-action=replay-play]").click()
    was = place(listener)
    listener.open(f"/spaces/{recorded}/")
    until(listener, f"Math.abs({SOUND}.currentTime - {was}) < 1")
    expect(listener.page.locator(".replay__clock span").first).not_to_have_text("0:00")
    watch = visitor(host, size=DESKTOP, color_scheme="dark")
    watch.open(f"/spaces/{recorded}/?t=5")
    expect(heard_line(watch)).to_have_count(1)
    expect(watch.page.get_by_text("Kept until").first).to_be_visible()
    screenshot(watch, pictures / "desktop-dark-replay-host.png")
    for name, path in (
        ("edit", "replay/edit/"),
        ("downloads", "replay/downloads/"),
        ("delete", "replay/delete/"),
    ):
        watch.open(f"/spaces/{recorded}/{path}")
        screenshot(watch, pictures / f"desktop-dark-replay-{name}.png")

    # What is deleted is nowhere to be heard any more.
    watch.open(f"/spaces/{recorded}/?t=5")
    expect(heard_line(watch)).to_have_count(1)
    watch.page.locator("[data-dialog=delete-replay]").click()
    watch.page.get_by_role("button", name="Delete for good").click()
    expect(watch.page.locator("#main, #messages")).to_contain_text(["The replay is deleted."])
    expect(watch.page.locator(".player--replay")).to_have_count(0)


def test_a_clip_is_cut_and_watched(recorded, fan, visitor, pictures):
    maker = visitor(fan, size=PHONE, color_scheme="dark")
    maker.open(f"/spaces/{recorded}/?t=8")
    maker.page.get_by_role("link", name="Clip").click()
    expect(maker.page.locator("[data-clock-for=clip-start]")).to_have_text("0:08")
    maker.page.get_by_label("Caption (optional)").fill("The green doors")
    screenshot(maker, pictures / "phone-dark-clip-new.png")
    maker.page.get_by_role("button", name="Cut it").click()

    video = maker.page.locator("video[data-clip-video]")
    expect(video).to_be_visible(timeout=90_000)
    page = maker.page.url
    video.evaluate("video => video.play()")
    until(maker, "document.querySelector('video').currentTime > 0.5")
    assert video.evaluate("video => [video.error, video.videoWidth, video.duration > 3]") == [None, 720, True]
    screenshot(maker, pictures / "phone-dark-clip.png")

    # Whoever has the link sees it, and the page of the replay shows it.
    guest = visitor(size=DESKTOP, color_scheme="light")
    guest.open(page.removeprefix(guest.url))
    expect(guest.page.get_by_role("heading", name="The green doors")).to_be_visible()
    screenshot(guest, pictures / "desktop-light-clip.png")
    guest.open(f"/spaces/{recorded}/")
    expect(guest.page.locator(".clip-card")).to_contain_text("The green doors")
