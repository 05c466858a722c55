"""A tap on a bubble is counted to its sound, and its host sees it; feedback finds its way from any page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e]


def test_a_join_is_counted_from_the_bubble_to_the_sound(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.start_space("Counted to the sound")
    speaker.unmute()
    listener = visitor(fan, size=PHONE)
    with listener.page.expect_response("**/api/v1/bubbles/seen/") as seen:
        listener.open("/")
    assert seen.value.status == 204

    with listener.page.expect_response("**/join-report/") as told:
        listener.bubble(space).click()
        listener.in_room().hears()
    assert told.value.status == 204
    report = told.value.request.post_data_json
    assert report["came_from"] == "bubble"
    assert 0 < report["joined_ms"] <= report["sound_ms"] < 60_000

    speaker.open(f"/spaces/{space}/insights/")
    expect(speaker.page.get_by_role("list", name="Where they came from")).to_contain_text("Bubbles")
    # From any page one says something of it.
    speaker.page.get_by_role("link", name="Feedback").click()
    speaker.page.get_by_label("Idea").check()
    speaker.page.get_by_label("In your words").fill("A curve while it is live, please")
    expect(speaker.page.get_by_text(f"/spaces/{space}/insights/")).to_be_visible()
    speaker.page.get_by_role("button", name="Send", exact=True).click()
    expect(speaker.page.get_by_text("A curve while it is live, please")).to_be_visible()
