"""What goes wrong in life: networks, second devices, microphones, browsers that die. The page says so in words."""

import os
import re
import signal
import time
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import FAKE_MICROPHONE, GRACE_SECONDS, PHONE, PRESENCE_SECONDS

pytestmark = [pytest.mark.e2e]

# LiveKit takes some 15 s to see that a peer is dead; then presence runs out, and a round of reconciliation comes by.
DEAD_SECONDS = 25 + PRESENCE_SECONDS + 5

# What browser and LiveKit's SDK write into the console when a connection is cut, or LiveKit has no such room yet.
CUT = (
    r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|WebSocket connection to .* failed|ConnectionError|DataChannel"
    r"|negotiation|status of 40[46] .*\(http://127\.0\.0\.1:\d+/(rtc/.*)?\)$"
)


def _live(host, fan, visitor, title):
    """A host who speaks and a listener who hears; gives both and the Space."""
    speaker = visitor(host)
    space = speaker.start_space(title)
    speaker.unmute()
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room().hears()
    return speaker, listener, space


@contextmanager
def _network_lost(site, one):
    """Cut the page off, and all sound: a browser's offline switch leaves WebRTC alone, so LiveKit is frozen as well."""
    audio = site.process("livekit.yaml")
    one.context.set_offline(True)
    os.kill(audio, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(audio, signal.SIGCONT)
        one.context.set_offline(False)


def test_after_a_lost_network_the_sound_comes_back_by_itself(host, fan, visitor, site):
    speaker, listener, _ = _live(host, fan, visitor, "Through a tunnel")
    listener.expect_problems(CUT)
    speaker.expect_problems(CUT)

    with _network_lost(site, listener):
        expect(listener.banner).to_contain_text("You are offline. The sound comes back with the network.")
        # Long enough that the server takes the listener for gone.
        expect(speaker.room.locator(".room__count")).to_have_text("0 listening", timeout=20_000)
        assert listener.is_silent()

    expect(listener.banner).to_be_hidden(timeout=30_000)
    listener.in_room().hears(listener.heard(), seconds=30)
    for one in (speaker, listener):
        expect(one.room.locator(".room__count")).to_have_text("1 listening")
        expect(one.room).to_have_attribute("data-phase", "live")


@pytest.mark.slow
def test_after_a_new_start_of_livekit_the_sound_comes_back_by_itself(host, fan, visitor, restart_audio):
    speaker, listener, _ = _live(host, fan, visitor, "Lights out")
    for one in (speaker, listener):
        one.expect_problems(CUT)

    restart_audio()
    listener.hears(listener.heard(), seconds=60)
    for one in (speaker, listener):
        expect(one.banner).to_be_hidden()
        expect(one.room.locator(".room__count")).to_have_text("1 listening")
    expect(speaker.action("mic")).to_have_attribute("aria-pressed", "true")


def test_the_newer_join_of_an_account_wins_and_the_older_is_told(host, fan, visitor):
    speaker, older, space = _live(host, fan, visitor, "One of you")
    newer = visitor(fan, size=PHONE)
    newer.bubble(space).click()
    newer.in_room().hears()

    expect(older.notice("superseded")).to_contain_text("You joined from another device.")
    expect(older.room).to_have_attribute("data-phase", "superseded")
    assert older.heard().receivers == 0
    expect(speaker.room.locator(".room__count")).to_have_text("1 listening")

    # And back again, by the button that the words come with.
    older.notice("superseded").get_by_role("button", name="Listen here instead").click()
    older.in_room().hears(older.heard())
    expect(newer.room).to_have_attribute("data-phase", "superseded")


def test_two_devices_do_not_take_the_space_from_each_other_for_ever(host, fan, visitor):
    _, older, space = _live(host, fan, visitor, "Once is enough")
    newer = visitor(fan)
    newer.bubble(space).click()
    heard = newer.in_room().hears()
    expect(older.room).to_have_attribute("data-phase", "superseded")
    newer.hears(heard)
    expect(older.room).to_have_attribute("data-phase", "superseded")
    expect(newer.room).to_have_attribute("data-phase", "live")


def test_a_refused_microphone_is_told_in_words(host, visitor, launch):
    browser = launch([FAKE_MICROPHONE[1], "--deny-permission-prompts"])
    try:
        speaker = visitor(host, on=browser)
        speaker.expect_problems("NotAllowedError|Permission")
        speaker.start_space("No permission")
        speaker.action("mic").click()
        expect(speaker.notice("mic-problem")).to_contain_text("does not let this page use the microphone")
        expect(speaker.action("mic")).to_have_attribute("aria-pressed", "false")
        expect(speaker.seat("Hana")).to_have_class(re.compile("is-muted"))
    finally:
        browser.close()


def test_a_missing_microphone_is_told_in_words(host, visitor, launch):
    browser = launch([FAKE_MICROPHONE[0]])
    try:
        speaker = visitor(host, on=browser)
        speaker.expect_problems("NotFoundError|device not found")
        speaker.start_space("No microphone")
        speaker.action("mic").click()
        expect(speaker.notice("mic-problem")).to_contain_text("No microphone was found.")
        expect(speaker.action("mic")).to_have_attribute("aria-pressed", "false")
    finally:
        browser.close()


def _kill(browser):
    """End the browser as a crash does: no page gets to say goodbye."""
    session = browser.new_browser_cdp_session()
    with suppress(Error):
        session.send("Browser.crash")


def test_a_host_whose_browser_dies_may_come_back(host, fan, visitor, launch):
    doomed = launch()
    speaker = visitor(host, on=doomed)
    space = speaker.start_space("Back in a moment")
    speaker.unmute()
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room().hears()

    _kill(doomed)
    away = listener.notice("host-away")
    expect(away).to_contain_text(
        re.compile(r"Hana is away\. The Space ends in \d:\d\d unless they come back\."),
        timeout=DEAD_SECONDS * 1000,
    )
    expect(listener.seat("Hana")).to_have_class(re.compile("is-away"))

    speaker = visitor(host)
    speaker.open(f"/spaces/{space}/").page.get_by_role("link", name="Open your Space").click()
    speaker.in_room()
    expect(away).to_have_count(0)
    expect(listener.seat("Hana")).not_to_have_class(re.compile("is-away"))
    before = listener.heard()
    speaker.unmute()
    listener.hears(before)
    expect(listener.room).to_have_attribute("data-phase", "live")


def test_a_host_who_stays_away_ends_the_space(host, fan, visitor):
    speaker, listener, space = _live(host, fan, visitor, "Not coming back")
    speaker.room.locator("[data-action=end]").click()
    speaker.page.locator("dialog [data-choice=leave]").click()

    expect(listener.notice("host-away")).to_be_visible()
    begun = time.monotonic()
    expect(listener.notice("ended")).to_contain_text(
        re.compile(r"Hana did not come back\. The Space ended.*\."), timeout=(GRACE_SECONDS + 10) * 1000
    )
    assert time.monotonic() - begun < GRACE_SECONDS + 8
    expect(listener.bubble(space)).to_have_count(0)
