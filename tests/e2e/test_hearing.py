"""The main job: a host goes live in a browser, a follower sees the bubble, taps it, and hears the host."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e]

# Within a second or so; with two browsers, the product and other work on two cores it may take a little longer.
BUBBLE_SECONDS = 4


def test_a_follower_sees_the_bubble_taps_it_and_hears(host, fan, visitor):
    listener = visitor(fan, size=PHONE)
    expect(listener.bubble()).to_have_count(0)
    speaker = visitor(host)
    speaker.open("/spaces/new/").page.get_by_label("What do you want to talk about?").fill("Morning voices")

    begun = time.monotonic()
    speaker.page.get_by_role("button", name="Go live now").click()
    listener.bubble().wait_for()
    assert time.monotonic() - begun < BUBBLE_SECONDS
    expect(listener.bubble()).to_contain_text("Hana")

    speaker.in_room()
    expect(speaker.notice("muted")).to_be_visible()
    speaker.unmute()
    listener.bubble().click()
    listener.in_room()
    listener.hears()

    # What is heard is also seen: who speaks, and how many listen, on both pages.
    expect(listener.seat("Hana")).to_have_class(re.compile("is-speaking"))
    level = "seat => Number(getComputedStyle(seat).getPropertyValue('--level'))"
    listener.page.wait_for_function(
        "() => { const seat = document.querySelector('#room .stage__seat.is-speaking');"
        f" return seat && ({level})(seat) > 0; }}"
    )
    for one in (listener, speaker):
        expect(one.room.locator(".room__count")).to_have_text("1 listening")
    expect(listener.action("mic")).to_have_count(0)


def test_mute_is_silence_and_unmute_is_sound(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("On and off")
    speaker.unmute()
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room().hears()

    speaker.action("mic").click()
    expect(listener.seat("Hana")).to_have_class(re.compile("is-muted"))
    expect(listener.seat("Hana")).not_to_have_class(re.compile("is-speaking"))
    quiet = listener.heard()
    speaker.unmute()
    expect(listener.seat("Hana")).not_to_have_class(re.compile("is-muted"))
    listener.hears(quiet)


def test_the_sound_goes_on_while_one_moves_about(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Walk with me")
    speaker.unmute()
    listener = visitor(fan, size=PHONE)
    listener.bubble(space).click()
    before = listener.in_room().hears()

    listener.room.locator("[data-action=minimise]").click()
    expect(listener.room).to_have_count(0)
    expect(listener.player).to_contain_text("Walk with me")
    for place, path in (("Spaces", "/spaces/"), ("Home", "/"), ("Me", f"/@{fan.handle}/")):
        listener.go(place)
        listener.page.wait_for_url(listener.url + path)
        after = listener.hears(before)
        # The very same connection: nothing was loaded anew.
        assert (after.peers, after.receivers) == (before.peers, before.receivers)
        before = after
    listener.page.go_back()
    listener.page.wait_for_url(listener.url + "/")
    assert listener.hears(before).peers == before.peers
    listener.page.locator("[data-action=open]").click()
    expect(listener.room).to_have_attribute("data-phase", "live")


def test_a_reload_comes_back_to_the_sound(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Once more")
    speaker.unmute()
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room().hears()

    listener.page.reload()
    listener.in_room().hears()
    expect(speaker.room.locator(".room__count")).to_have_text("1 listening")


def test_the_end_reaches_everybody_without_a_reload(host, fan, visitor):
    listener, watcher, speaker = visitor(fan), visitor(fan), visitor(host)
    watcher.open(f"/@{host.handle}/").connected()
    ring = watcher.page.locator(f"#main .profile [data-ring-user='{host.id}']")
    expect(ring).not_to_have_class(re.compile("is-live"))

    space = speaker.start_space("A short one")
    expect(ring).to_have_class(re.compile("is-live"))
    listener.bubble(space).click()
    listener.in_room()

    speaker.end_space()
    expect(listener.notice("ended")).to_contain_text(re.compile(r"Hana ended this Space.*\."))
    expect(listener.room).to_have_attribute("data-phase", "ended")
    expect(listener.bubble(space)).to_have_count(0)
    expect(ring).not_to_have_class(re.compile("is-live"))
    expect(speaker.notice("ended")).to_contain_text("You ended this Space")
    assert listener.heard().receivers == 0

    listener.open(f"/spaces/{space}/")
    expect(listener.page.locator("#main")).to_contain_text("Hana ended this Space")


def test_leaving_is_silent_and_counted(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Come and go")
    speaker.unmute()
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room().hears()

    listener.room.locator("[data-action=leave]").click()
    expect(listener.room).to_have_count(0)
    expect(speaker.room.locator(".room__count")).to_have_text("0 listening")
    assert listener.heard().receivers == 0
    listener.bubble(space).click()
    listener.in_room().hears()
    expect(speaker.room.locator(".room__count")).to_have_text("1 listening")
