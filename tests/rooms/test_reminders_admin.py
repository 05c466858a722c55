"""What staff see and do of what comes: upcoming Spaces, who waits, the reminder queue, telling somebody again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms.models import Reminder
from rooms.selectors.reminders import reminder_queue
from rooms.services.reminders import plan_reminders, reminder_set, tell_cancelled
from social.models import Fanout, Notification
from social.services.fanouts import fanouts_run
from tests.factories import UserFactory
from tests.pages.documents import Document
from tests.rooms.announced import announced, closed, on_air, waiting
from tests.social.crowds import crowd

pytestmark = pytest.mark.django_db


def listed(desk: Client, path: str) -> list[str]:
    """The first cells of a list's rows."""
    page = Document(desk.get(path))
    assert page.response.status_code == 200
    return [row.text for row in page.all("tr") if row.inside("tbody")]


def test_upcoming_spaces(desk, host, at):
    later = announced(host, at(7200), title="Later voices")
    sooner = announced(host, at(3600), title="Sooner voices")
    on_air(announced(UserFactory(), at(0), title="On air"), at(0))
    closed(announced(host, at(60), title="Called off"), "cancelled", at(0))
    waiting(later, crowd(3))
    rows = listed(desk, "/admin/rooms/upcomingspace/")
    assert len(rows) == 2
    assert "Sooner voices" in rows[0]
    assert "Later voices" in rows[1]
    assert " 3" in rows[1]
    assert desk.get(f"/admin/rooms/upcomingspace/{sooner.pk}/change/").status_code == 200
    assert desk.get("/admin/rooms/upcomingspace/add/").status_code == 403
    assert listed(desk, "/admin/rooms/upcomingspace/?q=later") == [rows[1]]


def test_the_queue_says_how_deep_and_how_late_it_is(desk, host, now, at):
    space = announced(host, at(-300))
    waiting(space, crowd(5))
    plan_reminders(space, now=at(-7200))
    # The announced time has passed by 5 minutes: reminders of it are worth nothing, the host's start is late.
    queue = reminder_queue(now=now)
    assert (queue.due, queue.depth, queue.planned) == (3, 7, 0)
    assert queue.age == timedelta(minutes=35)
    page = Document(desk.get("/admin/rooms/reminderfanout/"))
    assert page.one("p", id="queue").text.startswith(
        "3 due, about 7 people to be told, the oldest late by 35"
    )
    assert len(listed(desk, "/admin/rooms/reminderfanout/?due=now")) == 3
    assert listed(desk, "/admin/rooms/reminderfanout/?due=later") == []
    fanouts_run(now=now)
    assert Notification.objects.get().event == "host_start"
    assert reminder_queue(now=now).due == 0
    assert "Nothing is late" in Document(desk.get("/admin/rooms/reminderfanout/")).one("p", id="queue").text


def test_the_queue_counts_what_is_left_of_one_that_runs(host, at):
    space = announced(host, at(600))
    waiting(space, crowd(9))
    plan_reminders(space, now=at(-7200))
    Fanout.objects.filter(event="soon").update(state="running", written=4)
    Fanout.objects.filter(audience="host", due_at__lte=at(0)).update(state="done", written=1)
    assert reminder_queue(now=at(0)).depth == 5


def test_the_queue_takes_the_same_queries_for_one_and_for_many(desk, host, at):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/admin/rooms/reminderfanout/").status_code == 200
        return len(captured)

    plan_reminders(announced(host, at(86_400)), now=at(0))
    # The first visit reads the session and what kinds of rows there are.
    queries()
    few = queries()
    for n in range(20):
        plan_reminders(announced(host, at(86_400 + n)), now=at(0))
    assert queries() == few


def again(desk: Client, *reminders: Reminder) -> Any:
    data = {"action": "tell_again", "_selected_action": [reminder.pk for reminder in reminders]}
    return Document(desk.post("/admin/rooms/reminder/", data, follow=True))


def test_telling_somebody_again(desk, staff, host, listener, speaker):
    now: datetime = timezone.now()
    space = announced(host, now + timedelta(hours=1))
    for user in (listener, speaker):
        reminder_set(space=space, user=user, now=now)
    tell_cancelled(closed(space, "cancelled", now), now=now)
    fanouts_run(now=now)
    Notification.objects.filter(user=speaker).delete()
    before = Notification.objects.get(user=listener)
    page = again(desk, *Reminder.objects.all())
    assert "Told 1 again." in page.source
    assert "@a_speaker: This person has not been told anything about this Space yet." in page.source
    after = Notification.objects.get(user=listener)
    assert after.pk > before.pk
    assert (after.event, after.key) == (before.event, before.key)
    noted = LogEntry.objects.get()
    assert (noted.user, noted.change_message) == (staff, "Told again: cancelled.")


def test_it_is_not_for_others(client, host, at):
    client.force_login(host)
    for name in ("upcomingspace", "reminder", "reminderfanout"):
        assert client.get(f"/admin/rooms/{name}/").status_code == 302
