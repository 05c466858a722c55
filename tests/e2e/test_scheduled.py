"""Announced Spaces: reminders that come by themselves, and the waiting page that becomes the room.

The clocks of browsers and server are real; time is injected by moving what is announced back in the database.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.e2e]

# As many minutes as have passed in between, for one Space and all that is to be told of it.
_MOVE = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from rooms.models import Space
from rooms.services.schedule import spaces_expire
from social.models import Fanout
passed = timedelta(minutes={minutes})
Space.objects.filter(pk="{space}").update(scheduled_at=F("scheduled_at") - passed)
waiting = Fanout.objects.filter(space_id="{space}", state=Fanout.State.WAITING)
waiting.update(due_at=F("due_at") - passed, expires_at=F("expires_at") - passed)
spaces_expire(now=timezone.now())
"""
# Asked of the file itself: each start of Django takes seconds.
_STILL_TELLING = "SELECT count(*) FROM social_fanout WHERE space_id = ? AND state IN ('waiting', 'running')"


def _pass(site, space, minutes):
    site.manage("shell", "-c", _MOVE.format(space=space, minutes=minutes))


def _all_told(site, space):
    """Wait until nobody is left to be told of this Space."""
    with closing(sqlite3.connect(site.var_dir / "spaces.sqlite3")) as file:
        row = (UUID(space).hex,)
        assert file.execute("SELECT count(*) FROM social_fanout WHERE space_id = ?", row).fetchone() > (0,)
        wait_until(lambda: file.execute(_STILL_TELLING, row).fetchone() == (0,), "all are told")


def _in(minutes):
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def _waits(one, space):
    """Open the page of an announced Space by its link, and ask to be reminded."""
    one.open(f"/spaces/{space}/").connected()
    one.page.evaluate("window.stayed = true")
    one.page.get_by_role("button", name="Remind me of").click()
    expect(one.page.get_by_role("button", name="Turn off the reminder of")).to_be_visible()
    return one


def _stayed(one):
    return one.page.evaluate("window.stayed === true")


def _told(one):
    """What the notification centre says, the newest first."""
    one.open("/inbox/notifications/")
    return one.page.locator(".notification")


def test_reminded_and_let_in_without_a_reload(site, host, fan, visitor):
    speaker = visitor(host, timezone_id="Europe/Berlin")
    space = speaker.schedule_space("Stars over the bay", _in(40))
    expect(speaker.page.get_by_role("button", name="Start now")).to_be_disabled()
    one = _waits(visitor(fan, size=PHONE, timezone_id="America/New_York"), space)
    for page in (speaker, one):
        expect(page.page.locator("#waiting-count")).to_have_text("1")
    speaker.page.evaluate("window.stayed = true")

    # Half an hour later, ten minutes before the start: both are reminded where they are.
    _pass(site, space, 30)
    expect(one.toast("“Stars over the bay” starts soon")).to_contain_text("(America/New York)")
    expect(one.badge("inbox")).to_have_text("1")
    expect(speaker.toast("Your Space “Stars over the bay” starts soon")).to_contain_text("(Europe/Berlin)")
    assert _stayed(speaker)

    speaker.page.reload()
    speaker.page.get_by_role("button", name="Start now").click()
    speaker.in_room().unmute()
    one.in_room().hears()
    expect(one.page.locator("#main [data-space-state=live]")).to_have_count(1)
    assert _stayed(one)

    # A follower who asked is told once, not once as each.
    _all_told(site, space)
    rows = _told(one)
    expect(rows.filter(has_text="starts soon")).to_have_count(1)
    expect(rows.filter(has_text="is live")).to_have_count(1)
    expect(rows).to_have_count(2)


def test_moved_and_cancelled(host, fan, visitor):
    speaker = visitor(host)
    space = speaker.schedule_space("Maps of nowhere", _in(60))
    one = _waits(visitor(fan, size=PHONE), space)
    when = one.page.locator(".starts__when")
    before = when.inner_text()

    speaker.page.get_by_role("link", name="Edit").click()
    expect(speaker.page.get_by_label("What do you want to talk about?")).to_have_value("Maps of nowhere")
    speaker.fill_time(_in(24 * 60 + 90))
    speaker.page.get_by_role("button", name="Save").click()
    expect(speaker.page.locator(".notice--success")).to_have_text("Saved.")
    expect(one.toast("“Maps of nowhere” has a new time")).to_be_visible()
    expect(when).not_to_have_text(before)

    speaker.page.get_by_role("link", name="Cancel", exact=True).click()
    expect(speaker.page.locator("#main")).to_contain_text("1 person waits for it and will be told.")
    speaker.page.get_by_role("button", name="Cancel the Space").click()
    expect(one.page.locator("#main")).to_contain_text("Hana has cancelled this Space.")
    expect(one.toast("“Maps of nowhere” is cancelled")).to_be_visible()
    assert _stayed(one)
    # That it had a new time is no news any more; what was read of it stays.
    expect(_told(one).first).to_contain_text("“Maps of nowhere” is cancelled")


def test_in_calendars_until_it_lapses(site, host, fan, visitor):
    speaker = visitor(host, size=DESKTOP)
    space = speaker.schedule_space("Nobody comes", _in(10))
    one = _waits(visitor(fan, size=PHONE), space)

    calendar = visitor(fan).open("/calendar/")
    expect(calendar.page.locator(".space-row")).to_contain_text("Nobody comes")
    address = calendar.page.get_by_label("Address of your calendar").input_value()
    link = f"{one.url}/spaces/{space}/calendar.ics"
    for reader, url in ((one, link), (visitor(), link), (visitor(), address)):
        answer = reader.context.request.get(url)
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "SUMMARY:Nobody comes" in answer.text()
        assert "STATUS:CANCELLED" not in answer.text()

    _pass(site, space, 10 + 60)
    expect(one.page.locator("#main")).to_contain_text("Hana did not start this Space in time.")
    expect(one.toast("“Nobody comes” did not start")).to_be_visible()
    assert _stayed(one)
    expect(speaker.page.locator("#main")).to_contain_text("Did not take place")
    expect(calendar.open("/calendar/").page.locator(".empty")).to_contain_text("Nothing ahead yet")
    assert "STATUS:CANCELLED" in one.context.request.get(link).text()
