"""Home and what leads on from it: a voice that is found, heard and answered; messages; search; sharing."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.pages import screenshot

pytestmark = [pytest.mark.e2e]


def _stays(one):
    """Leave a mark that only a real load wipes away."""
    one.page.evaluate("window.stayed = true")


def _stayed(one):
    return one.page.evaluate("window.stayed === true")


def _post(one, words):
    """A post of whoever has the room's posts open."""
    one.page.locator("#room-post").fill(words)
    one.page.locator("dialog.sheet [data-act=post]").click()
    expect(_sheet_post(one, words)).to_be_visible()


def _sheet_post(one, words):
    return one.page.locator("dialog.sheet [data-post]").filter(has_text=words)


def _write(one, words):
    box = one.page.locator("#direct-text")
    box.fill(words)
    box.press("Enter")


def test_followed_found_heard_and_answered(stranger, fan, visitor):
    voice, one = stranger, visitor(fan, size=PHONE)
    host = visitor(voice)
    one.open(f"/@{voice.handle}/").connected()
    _stays(one)
    one.page.get_by_role("button", name=f"Follow {voice.name}", exact=True).click()
    # Somebody else follows them already.
    expect(host.badge("inbox")).to_have_text("2")
    one.go("Home")
    expect(one.page.locator("#composer")).to_be_visible()
    expect(one.bubble()).to_have_count(0)

    space = host.start_space("What the harbour says at night")
    host.unmute()
    one.bubble(space).click()
    one.in_room().hears()

    # A post from the room is in the room, and on the timeline of whoever follows.
    one.more("posts")
    expect(one.page.locator("dialog.sheet")).to_contain_text("Nobody has posted about this Space yet.")
    host.more("posts")
    _post(host, "Listen to the bells <b>now</b>")
    expect(_sheet_post(one, "Listen to the bells <b>now</b>")).to_be_visible()
    one.page.keyboard.press("Escape")
    one.room.locator("[data-action=minimise]").click()
    one.page.get_by_role("link", name="Show new posts").click()
    post = one.page.locator("#main article.post").filter(has_text="Listen to the bells <b>now</b>")
    expect(post.locator(".post-space--live")).to_contain_text("What the harbour says at night")
    assert _stayed(one)
    assert not one.is_too_wide()

    post.get_by_role("button", name="Like. Likes: 0").click()
    expect(post.get_by_role("button", name="Like. Likes: 1")).to_have_attribute("aria-pressed", "true")
    post.get_by_role("link", name=f"Reply to {voice.name}").click()
    one.page.get_by_label("Your reply").fill("They are louder than yesterday.")
    one.page.get_by_role("button", name="Reply", exact=True).click()
    expect(one.page.locator("#main .posts article.post")).to_contain_text("They are louder than yesterday.")
    assert one.hears(one.heard())

    # The host is told, and finds all of it in the centre.
    expect(host.badge("inbox")).to_have_text("3")
    host.page.keyboard.press("Escape")
    host.go("Inbox")
    host.page.get_by_role("navigation", name="Inbox").get_by_role("link", name="Notifications").click()
    rows = host.page.locator(".notification")
    expect(rows.nth(0)).to_contain_text(f"{fan.name} replied to you")
    expect(rows.nth(1)).to_contain_text(f"{fan.name} follows you")
    expect(host.badge("inbox")).to_have_count(0)
    rows.nth(0).get_by_role("link").click()
    expect(host.page.locator("#main .post--main")).to_contain_text("They are louder than yesterday.")

    one.page.reload()
    one.open("/")
    expect(post).to_be_visible()
    expect(post.get_by_role("button", name="Like. Likes: 1")).to_be_visible()


def test_messages_from_the_room_and_from_the_profile_until_a_block(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Write to me")
    one = visitor(fan, size=PHONE)
    one.bubble(space).click()
    one.in_room()
    _stays(one)
    _stays(speaker)

    one.more("message-host")
    expect(one.page.locator(".conversation__name")).to_have_text(host.name)
    expect(one.player).to_contain_text("Write to me")
    _write(one, "May I ask something?")
    expect(one.page.locator("[data-message]")).to_have_count(1)
    # That the other follows them is new, too.
    expect(speaker.badge("inbox")).to_have_text("2")
    speaker.toast("May I ask something?").get_by_role("button", name="Open").click()
    expect(speaker.page.locator("[data-message]")).to_contain_text("May I ask something?")
    expect(speaker.badge("inbox")).to_have_text("1")

    # Who is elsewhere sees the number; the profile leads to the same conversation.
    one.open("/inbox/notifications/").go("Spaces")
    expect(one.badge("inbox")).to_have_count(0)
    _write(speaker, "Of course.")
    expect(one.badge("inbox")).to_have_text("1")
    one.open(f"/@{host.handle}/").connected()
    one.page.get_by_role("link", name=f"Write to {host.name}").click()
    expect(one.page.locator("[data-message]")).to_have_count(2)
    expect(one.badge("inbox")).to_have_count(0)
    _write(one, "Where do you record?")
    expect(speaker.page.locator("[data-message]")).to_have_count(3)
    assert _stayed(speaker)

    speaker.page.locator(".conversation .more-menu summary").click()
    speaker.page.get_by_role("link", name="Profile", exact=True).last.click()
    speaker.page.locator(".profile .more-menu summary").click()
    speaker.page.get_by_role("button", name="Block", exact=True).click()
    speaker.page.get_by_role("dialog").get_by_role("button", name="Block").click()
    expect(speaker.page.locator("#main")).to_contain_text(f"You blocked {fan.name}.")
    one.expect_problems("403|404")
    _write(one, "Hello?")
    expect(one.page.locator("#direct-error")).to_have_text("This person does not accept messages from you.")
    expect(one.bubble(space)).to_have_count(0)
    speaker.end_space()


def test_searched_found_and_shared(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Lighthouses of the northern sea")
    one = visitor(fan, size=PHONE)
    one.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=one.url)
    _stays(one)
    one.page.get_by_role("link", name="Search").first.click()
    one.page.get_by_role("searchbox").fill("lighthouses north")
    found = one.page.locator("#results .space-card")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Lighthouses of the northern sea")
    found.get_by_role("link", name="Lighthouses of the northern sea").click()
    one.in_room()
    assert _stayed(one)

    one.action("share").click()
    one.page.locator("dialog.sheet [data-act=copy-link]").click()
    expect(one.toast("Link copied")).to_be_visible()
    assert one.page.evaluate("navigator.clipboard.readText()") == f"{one.url}/spaces/{space}/?from=card"

    # As a post: under its words stands the card.
    one.action("share").click()
    one.page.locator("dialog.sheet [data-act=post-it]").click()
    one.page.keyboard.type("Come and listen")
    one.page.locator("dialog.sheet [data-act=post]").click()
    expect(one.toast("Posted.")).to_be_visible()
    one.open(f"/@{fan.handle}/")
    post = one.page.locator("#main article.post")
    expect(post.locator(".post__text")).to_have_text("Come and listen")
    expect(post.locator(".post-space")).to_contain_text("Lighthouses of the northern sea")


def test_home_fits_a_phone_and_a_thumb(host, fan, visitor, pictures):
    speaker = visitor(host)
    speaker.start_space("A rather long title for a Space, as long as one that anybody may type")
    speaker.more("posts")
    _post(speaker, "https://example.org/" + "a-very-long-address/" * 9)
    _post(speaker, "Why does the sea sound different in the morning? I have three guesses, and no answer.")
    one = visitor(fan, size=PHONE)
    expect(one.bubble()).to_be_visible()
    expect(one.page.locator("#main article.post")).to_have_count(2)
    expect(one.page.locator(".space-card__title")).to_contain_text(re.compile("^A rather long title"))
    for scheme in ("light", "dark"):
        one.page.emulate_media(color_scheme=scheme)
        screenshot(one, pictures / f"journey-home-phone-{scheme}.png")
    assert not one.is_too_wide()
    assert one.too_small() == []
    speaker.page.keyboard.press("Escape")
    speaker.end_space()
