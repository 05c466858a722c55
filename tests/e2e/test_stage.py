"""The stage, as people in browsers see and hear it: asking, speaking, being muted, moved and removed, taking over, writing."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.conftest import GRACE_SECONDS, PHONE, Account
from tests.e2e.pages import Visitor
from tests.e2e.test_faults import CUT, DEAD_SECONDS, _kill

pytestmark = [pytest.mark.e2e]

Visit = Callable[..., Visitor]
# What the SDK says when the server throws somebody out.
THROWN_OUT = r"DataChannel|[Ss]ignal|could not|disconnect"


def _join(visitor: Visitor, space: str) -> Visitor:
    """Come in by the Space's page."""
    visitor.open(f"/spaces/{space}/")
    visitor.page.locator("#main [data-join-space]").first.click()
    return visitor.in_room()


def _act(visitor: Visitor, name: str) -> Locator:
    """One of the things that a sheet offers."""
    return visitor.page.locator(f"dialog [data-act='{name}']")


def _tap_on(visitor: Visitor, name: str) -> None:
    """Open the sheet of somebody on stage."""
    visitor.seat(name).get_by_role("button").click()


def _falls_silent(*visitors: Visitor, seconds: float = 8) -> None:
    """Return once nothing arrives at any of them for a second. Fails when sound goes on."""
    end = time.monotonic() + seconds
    for one in visitors:
        while not one.is_silent():
            assert time.monotonic() < end, "sound goes on"


def _note_sound(visitor: Visitor) -> None:
    """Let the page note every change of its audio connection from now on."""
    visitor.page.evaluate(
        "window.soundStates = [document.documentElement.dataset.sound];"
        "new MutationObserver(() => window.soundStates.push(document.documentElement.dataset.sound))"
        ".observe(document.documentElement, { attributeFilter: ['data-sound'] });"
    )


def test_ask_speak_be_muted_moved_and_removed(
    people: Iterator[tuple[Account, Account]], visitor: Visit
) -> None:
    (host_account, asker_account), (_, other_account) = next(people), next(people)
    host = visitor(host_account, size=PHONE)
    space = host.start_space("Ask me anything")
    asker, other = _join(visitor(asker_account, size=PHONE), space), _join(visitor(other_account), space)
    asker.expect_problems(THROWN_OUT)
    expect(asker.page.locator("html")).to_have_attribute("data-sound", "on")
    _note_sound(asker)

    asker.action("hand").click()
    asker.page.get_by_label("What would you like to say?").fill("About the tides")
    _act(asker, "ask").click()
    expect(asker.notice("asked")).to_contain_text("You asked to speak. You are next.")
    expect(host.action("queue")).to_contain_text("1")
    host.action("queue").click()
    row = host.page.locator(".asker")
    expect(row).to_contain_text("About the tides")
    row.locator("[data-act=accept]").click()
    expect(row).to_have_count(0)
    host.page.keyboard.press("Escape")

    # On stage, muted; heard only once they want to be, and by everybody. Nothing was connected anew for it.
    expect(asker.action("mic")).to_have_attribute("aria-pressed", "false")
    expect(asker.page.locator("#toasts")).to_contain_text("You are on stage.")
    asker.unmute()
    for one in (host, other):
        one.hears()
    assert set(asker.page.evaluate("window.soundStates")) == {"on"}
    expect(other.seat("Finn")).to_have_attribute("data-role", "speaker")

    _tap_on(host, "Finn")
    _act(host, "stage.mute").click()
    expect(asker.action("mic")).to_have_attribute("aria-pressed", "false")
    expect(asker.page.locator("#toasts")).to_contain_text("You were muted by the host.")
    expect(other.seat("Finn")).to_have_class(re.compile("is-muted"))
    _falls_silent(host, other)

    silent = {one: one.heard() for one in (host, other)}
    asker.unmute()
    for one, before in silent.items():
        one.hears(before)
    _tap_on(host, "Finn")
    _act(host, "stage.move_to_listeners").click()
    expect(asker.page.locator("#toasts")).to_contain_text("You were moved to the listeners.")
    expect(asker.action("mic")).to_have_count(0)
    expect(asker.action("hand")).to_be_visible()
    for one in (host, other):
        expect(one.seat("Finn")).to_have_count(0)
    _falls_silent(host, other)

    host.room.locator(".listeners").click()
    host.page.locator(f"dialog[data-layer=listeners] [data-user='{asker_account.id}']").click()
    _act(host, "space.remove").click()
    expect(host.page.locator("dialog[data-layer=remove]")).to_contain_text("cannot come back to this Space")
    host.page.locator("dialog[data-layer=remove] [data-choice=yes]").click()
    expect(asker.notice("removed")).to_contain_text("You were removed from this Space.")
    assert asker.heard().receivers == 0
    asker.open(f"/spaces/{space}/")
    expect(asker.page.locator("#main")).to_contain_text(
        "You were removed from this Space and cannot come back to it."
    )
    expect(asker.page.locator("#main [data-join-space]:visible").filter(has_text="listening")).to_have_count(
        0
    )


def test_the_cohost_takes_over_when_the_hosts_browser_dies(
    people: Iterator[tuple[Account, Account]], visitor: Visit, launch: Callable[..., Browser]
) -> None:
    (host_account, cohost_account), (_, other_account) = next(people), next(people)
    doomed = launch()
    host = visitor(host_account, on=doomed)
    space = host.start_space("The show goes on")
    cohost, other = _join(visitor(cohost_account), space), _join(visitor(other_account, size=PHONE), space)
    for one in (cohost, other):
        one.expect_problems(CUT)

    host.page.keyboard.press("l")
    host.page.locator(f"dialog[data-layer=listeners] [data-user='{cohost_account.id}']").click()
    _act(host, "stage.invite_cohost").click()
    invitation = cohost.page.locator("dialog[data-layer=invitation]")
    expect(invitation).to_contain_text("Hana invites you to be a co-host")
    invitation.locator("[data-act=invite-accept]").click()
    cohost.unmute()
    other.hears()
    expect(cohost.action("queue")).to_be_visible()
    expect(cohost.room.locator("[data-action=end]")).to_have_count(0)

    _kill(doomed)
    expect(other.notice("host-away")).to_contain_text(
        re.compile(r"Hana is away\. Finn takes over in \d:\d\d"), timeout=DEAD_SECONDS * 1000
    )
    taken = (GRACE_SECONDS + 10) * 1000
    expect(other.seat("Finn")).to_have_attribute("data-role", "host", timeout=taken)
    expect(other.notice("host-away")).to_have_count(0)
    expect(cohost.room.locator("[data-action=end]")).to_be_visible()
    other.hears(other.heard())
    cohost.end_space()
    expect(other.notice("ended")).to_contain_text("Finn ended this Space")


def test_a_message_and_a_reaction_are_seen_and_a_guest_hears(
    host: Account, fan: Account, visitor: Visit
) -> None:
    speaker = visitor(host)
    speaker.open("/spaces/new/")
    page = speaker.page
    page.get_by_label("What do you want to talk about?").fill("Open doors")
    page.get_by_text("Chat, guests, captions, recording and rules").click()
    page.get_by_label("Guests may listen").check()
    page.get_by_label("Rules").fill("One at a time.")
    page.get_by_role("button", name="Go live now").click()
    speaker.in_room()
    space = str(speaker.room.get_attribute("data-space"))
    speaker.unmute()

    # Without an account, by the link; whatever else they reach for is told in words.
    guest = visitor(size=PHONE, reduced_motion="reduce")
    _join(guest, space).hears()
    expect(guest.notice("guest")).to_be_visible()
    expect(guest.notice("rules")).to_contain_text("One at a time.")
    expect(speaker.room.locator(".room__count")).to_have_text("1 listening")
    guest.action("hand").click()
    expect(guest.page.locator("#toasts")).to_contain_text("Create an account to ask to speak.")

    listener = _join(visitor(fan, size=PHONE), space)
    listener.action("chat").click()
    listener.page.get_by_label("Write to everyone here").fill("Hello from the fan")
    listener.page.keyboard.press("Enter")
    expect(speaker.action("chat")).to_contain_text("1")
    speaker.action("chat").click()
    message = speaker.room.locator(".message").filter(has_text="Hello from the fan")
    expect(message).to_contain_text("Finn")
    expect(speaker.action("chat")).not_to_contain_text("1")
    message.hover()
    message.locator("[data-act=delete]").click()
    page.locator("dialog[data-layer=delete-message] [data-choice=yes]").click()
    expect(listener.room.locator(".message")).to_have_count(0)

    listener.action("react").click()
    listener.room.get_by_role("button", name="Heart").click()
    expect(speaker.room.locator(".floats__one").first).to_be_attached()
    # Where motion is not wanted the counts stand still instead.
    listener.room.get_by_role("button", name="Heart").click()
    expect(guest.room.locator(".floats__counts")).to_contain_text("❤️")
    expect(guest.room.locator(".floats__one")).to_have_count(0)
