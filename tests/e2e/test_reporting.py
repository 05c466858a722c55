"""Reporting from where one is: two taps to the dialog, a category, thanks; without scripts a page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e]


def _send(one, category, words=""):
    dialog = one.page.locator("dialog[data-layer=report]")
    dialog.locator(f"input[value={category}]").check()
    dialog.locator("textarea").fill(words)
    dialog.locator("[data-act=send-report]").click()
    expect(dialog).to_contain_text("Thank you")
    return dialog


def test_a_post_and_its_author_from_the_menus(host, fan, visitor):
    author = visitor(host).open("/")
    author.page.locator("main form:has(textarea) textarea").first.fill("Buy my things")
    author.page.locator("main form:has(textarea)").first.get_by_role("button", name="Post").click()
    expect(author.page.locator(".post").first).to_contain_text("Buy my things")

    one = visitor(fan, size=PHONE).open(f"/@{host.handle}/")
    one.page.evaluate("window.stayed = true")
    one.page.locator(".post summary").first.click()
    one.page.get_by_role("link", name="Report this post").first.click()
    dialog = one.page.locator("dialog[data-layer=report]")
    # Nothing is sent without a reason.
    dialog.locator("[data-act=send-report]").click()
    expect(dialog.locator(".field__error")).to_have_text("Choose what is wrong.")
    dialog = _send(one, "spam", "Every day")
    expect(dialog.locator(".notice--warning")).to_have_count(0)
    dialog.locator("[data-act=report-done]").click()

    one.page.locator(".profile summary").click()
    one.page.get_by_role("link", name="Report", exact=True).click()
    dialog = _send(one, "threats")
    expect(dialog.locator(".notice--warning")).to_be_visible()
    dialog.locator("[data-act=block-too]").click()
    expect(dialog).to_contain_text("is blocked")
    dialog.locator("[data-act=report-done]").click()
    assert one.page.evaluate("window.stayed === true")

    one.open("/settings/safety/")
    rows = one.page.locator(".safety-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(f"{host.name}'s profile")
    expect(rows.last).to_contain_text("Every day")


def test_a_message_in_the_room(host, fan, visitor):
    owner = visitor(host)
    space = owner.start_space("Reported")
    one = visitor(fan, size=PHONE).open(f"/spaces/{space}/")
    one.page.locator("[data-join-space]").first.click()
    one.in_room()
    owner.action("chat").click()
    owner.page.locator("#composer").fill("Something bad")
    owner.page.locator("#composer").press("Enter")
    one.action("chat").click()
    message = one.page.locator(".message", has_text="Something bad")
    message.locator("[data-act=report]").click()
    _send(one, "hate").locator("[data-act=report-done]").click()
    one.action("more").click()
    one.page.locator("[data-layer=more] [data-act=report]").click()
    _send(one, "other", "All of it").locator("[data-act=report-done]").click()
    # One's own messages are nothing to report.
    expect(owner.page.locator(".message [data-act=report]")).to_have_count(0)
    owner.end_space()


def test_without_scripts(host, fan, visitor, browser):
    signed_in = visitor(fan)
    signed_in.open("/")
    state = signed_in.context.storage_state()
    plain = browser.new_context(storage_state=state, java_script_enabled=False)
    try:
        page = plain.new_page()
        page.goto(f"{signed_in.url}/@{host.handle}/")
        page.locator(".profile summary").click()
        page.get_by_role("link", name="Report", exact=True).click()
        page.locator("input[value=other]").check()
        page.get_by_role("button", name="Send report").click()
        expect(page.locator("h1")).to_have_text("Thank you")
        expect(page.get_by_role("button", name=f"Block {host.name}")).to_be_visible()
    finally:
        plain.close()
