"""Two people write to each other, each in a browser of their own."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e]


def _write(one, words):
    box = one.page.locator("#direct-text")
    box.fill(words)
    box.press("Enter")


def test_written_seen_answered_and_taken_back(host, fan, visitor):
    writer = visitor(fan, size=PHONE).open(f"/@{host.handle}/")
    writer.page.get_by_role("link", name=f"Write to {host.name}").click()
    expect(writer.page.locator(".conversation")).to_be_visible()
    writer.page.evaluate("window.stayed = true")
    reader = visitor(host).open("/inbox/")
    expect(reader.page.get_by_text("No messages yet")).to_be_visible()

    _write(writer, "Hello <i>host</i>")
    expect(writer.page.locator("[data-message]")).to_have_count(1)
    # The list of the other comes up to date by itself, and so does the conversation once it is open.
    row = reader.page.locator("[data-conversation-row]")
    expect(row).to_contain_text("Hello <i>host</i>")
    expect(row).to_contain_text("1 unread")
    row.get_by_role("link", name=fan.name).last.click()
    expect(reader.page.locator("[data-message]")).to_have_count(1)
    reader.page.evaluate("window.stayed = true")

    _write(reader, "Hello yourself")
    expect(writer.page.locator("[data-message]").last).to_contain_text("Hello yourself")
    expect(reader.page.locator("#direct-text")).to_have_value("")
    expect(reader.page.locator("[data-day]")).to_have_count(1)

    # Told elsewhere, too.
    writer.go("Spaces")
    _write(reader, "Are you there?")
    expect(writer.page.locator(".toast")).to_contain_text("Are you there?")
    writer.page.locator(".toast__action").click()
    expect(writer.page.locator("[data-message]")).to_have_count(3)

    last = reader.page.locator("[data-message]").last
    last.hover()
    last.get_by_role("button", name="Delete this message").click()
    reader.page.locator("[data-choice=yes]").click()
    expect(reader.page.locator("[data-message]")).to_have_count(2)
    expect(writer.page.locator("[data-message]")).to_have_count(2)
    for one in (writer, reader):
        assert one.page.evaluate("window.stayed === true")


def test_blocking_ends_the_writing(host, fan, visitor):
    one = visitor(fan, size=PHONE).open(f"/@{host.handle}/message/")
    _write(one, "Hello")
    expect(one.page.locator("[data-message]")).to_have_count(1)
    other = visitor(host).open("/inbox/")
    other.page.locator("[data-conversation-row]").get_by_role("link", name=fan.name).last.click()
    expect(other.page.locator("#direct-text")).to_be_visible()

    one.page.locator(".conversation .more-menu summary").click()
    one.page.get_by_role("button", name="Block", exact=True).click()
    one.page.get_by_role("dialog").get_by_role("button", name="Block").click()
    expect(one.page.locator(".conversation__closed")).to_contain_text(f"You blocked {host.name}.")

    other.expect_problems("403")
    _write(other, "Why?")
    expect(other.page.locator("#direct-error")).to_have_text("This person does not accept messages from you.")
    # What was refused stays to be seen.
    expect(other.page.locator("#direct-text")).to_have_value("Why?")
