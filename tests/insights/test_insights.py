"""What hosts and staff see: pages, the API, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from insights.charts import Series, bar_chart, line_chart
from insights.models import DailyFigure, SpaceMinute
from insights.services.days import day_write, week_write
from insights.services.spaces import space_figures_write
from insights.words import count_words
from rooms.models import Role, Space
from rooms.services.lifecycle import space_end
from tests.factories import UserFactory
from tests.insights.population import FIRST, populate
from tests.pages.documents import Document
from tests.rooms.world import make_world, seat
from tests.staffing import sign_in_staff, staff_of
from tests.tickets.makers import CreatorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def over(space: Space, now: Any) -> None:
    """The Space has lasted for an hour, with a few looks at it, and its figures are kept."""
    Space.objects.filter(pk=space.pk).update(started_at=now - timedelta(hours=1), peak_listeners=7)
    space_end(space=space, by=space.host, now=now)
    space.refresh_from_db()
    begin = (now - timedelta(hours=1)).replace(second=0)
    SpaceMinute.objects.bulk_create(
        SpaceMinute(space=space, minute=begin + timedelta(minutes=minute), listeners=minute)
        for minute in (0, 1, 2, 5, 6)
    )
    space_figures_write(space=space, now=now)


def test_who_may_see_them_live_and_over(api, now):
    world = make_world(now)
    path = f"/api/v1/spaces/{world.space.pk}/insights/"
    for is_over in (False, True):
        for who, person in world.people.items():
            answer = api(person).get(path)
            page = signed_in(person).get(f"/spaces/{world.space.pk}/insights/")
            if who in ("host", "cohost"):
                assert (answer.status_code, page.status_code) == (200, 200), (who, is_over)
                assert answer.json()["figures"]["people"] == 7
                assert (answer.json()["earned"] is None) == (who == "cohost")
            else:
                code = "space.removed" if who == "removed" else "space.not_moderator"
                assert (answer.status_code, answer.json()["code"]) == (403, code)
                assert page.status_code == 403
        if not is_over:
            over(world.space, now)
    assert api(None).get(path).status_code == 401
    assert Client().get(f"/spaces/{world.space.pk}/insights/").status_code == 302


def test_the_page_of_a_space_says_it_in_words_and_as_a_table(space, host, join, now):
    for _ in range(3):
        join(space, UserFactory())
    space.participations.exclude(user=host).update(came_from="bubble")
    CreatorFactory(user=host)
    over(space, now)
    page = Document(signed_in(host).get(f"/spaces/{space.pk}/insights/"))
    assert page.problems() == []
    assert "Bubbles" in page.text
    assert "100%" in page.text
    [plot] = [tag for tag in page.all("svg") if tag["class"] == "chart__plot"]
    assert plot["role"] == "img"
    assert "Listeners: 6" in page.text
    # Minutes that nobody looked at are a gap in the line, and a dash in the table.
    assert len([row for row in page.all("tr") if row.inside("tbody")]) == 7
    assert "–" in page.text


def test_an_announced_space_has_nothing_to_count(api, host, now):
    space = Space.objects.create(
        host=host, title="Later", state="scheduled", scheduled_at=now + timedelta(days=1), time_zone="UTC"
    )
    answer = api(host).get(f"/api/v1/spaces/{space.pk}/insights/")
    assert (answer.status_code, answer.json()["code"]) == (409, "insights.not_started")
    page = signed_in(host).get("/insights/")
    assert "Nothing to count yet" in page.content.decode()


def test_lists_cost_the_same_for_one_and_for_many(api, host, cohost, now, django_assert_num_queries):
    def held(number: int) -> None:
        for _ in range(number):
            space = Space.objects.create(host=host, title="A Space", state="live", started_at=now)
            seat(space, host, Role.LISTENER, now)
            space.participations.update(role=Role.HOST)
            seat(space, cohost, Role.COHOST, now)
            over(space, now)

    client, caller = signed_in(host), api(host)
    for number in (2, 8):
        held(number)
        client.get("/insights/")
        caller.get("/api/v1/insights/")
        with django_assert_num_queries(10):
            assert client.get("/insights/").status_code == 200
        with django_assert_num_queries(4):
            page = caller.get("/api/v1/insights/spaces/").json()
        with django_assert_num_queries(6):
            together = caller.get("/api/v1/insights/").json()
    assert len(page["results"]) == together["spaces"] == 10
    assert page["results"][0]["figures"]["people"] == 1
    assert together["figures"]["people"] == 10
    assert [row["is_host"] for row in api(cohost).get("/api/v1/insights/spaces/").json()["results"]] == [
        False
    ] * 10


def test_staff_see_the_days_and_nobody_else(api, listener, now, django_assert_num_queries):
    populate(7)
    days = [FIRST + timedelta(days=ahead) for ahead in range(8, 16)]
    for day in days:
        day_write(day=day)
    week_write(week=FIRST)
    finance, support = staff_of("finance"), staff_of("support")
    client = sign_in_staff(Client(), finance)
    client.get("/admin/insights/dailyfigure/")
    for span in (28, 365):
        with django_assert_num_queries(11):
            page = client.get(f"/admin/insights/dailyfigure/?days={span}")
        assert page.status_code == 200
    document = Document(page)
    assert document.problems() == []
    assert "315,000,000" in document.text
    assert client.get("/admin/insights/dailyfigure/?days=7").status_code == 400
    assert sign_in_staff(Client(), support).get("/admin/insights/dailyfigure/").status_code == 403

    found = client.get("/api/v1/staff/insights/?days=28")
    assert found.status_code == 200, found.content
    assert found.json()["trend"]["goal"] == 315_000_000
    newest = found.json()["days"][-1]
    assert newest["day"] == days[-1].isoformat()
    kept = dict(DailyFigure.objects.filter(day=days[-1]).values_list("measure", "value"))
    assert newest["figures"] == kept
    assert found.json()["cohorts"][0]["week"] == FIRST.isoformat()
    for who, code in (
        (listener, "staff.not_allowed"),
        (support, "staff.not_allowed"),
        (finance, "staff.second_factor"),
    ):
        answer = api(who).get("/api/v1/staff/insights/")
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert client.get("/api/v1/staff/insights/?days=%00").json()["code"] == "insights.days"


def test_the_trend_reaches_the_goal_in_a_straight_line(api, staff, settings):
    settings.INSIGHTS_MONTHLY_GOAL = 1000
    for ago, people in ((28, 100), (0, 400)):
        DailyFigure.objects.create(day=FIRST - timedelta(days=ago), measure="active_month", value=people)
    client = sign_in_staff(Client(), staff)
    trend = client.get("/api/v1/staff/insights/").json()["trend"]
    assert trend == {"goal": 1000, "month": 400, "before": 100, "reached_in_days": 56}
    DailyFigure.objects.filter(value=100).update(value=500)
    assert client.get("/api/v1/staff/insights/").json()["trend"]["reached_in_days"] is None


def test_charts_of_nothing_of_one_and_with_gaps():
    labels = ["a", "b", "c", "d"]
    nothing = bar_chart("n", "N", [], Series("None", []), words=count_words, what="x")
    assert nothing.is_empty
    one = line_chart("o", "O", ["a"], [Series("One", [5])], words=count_words, what="x")
    assert (one.drawn[0].path, one.drawn[0].dots) == ("", "M500 0h0")
    gaps = line_chart("g", "G", labels, [Series("Gaps", [1, 2, None, 4])], words=count_words, what="x")
    assert gaps.drawn[0].path == "M0 80L333.33 60"
    assert gaps.drawn[0].dots == "M1000 20h0"
    assert gaps.ticks == ["5", "2", "0"]
    bars = bar_chart("b", "B", labels, Series("Bars", [0, 10, None, 5]), words=count_words, what="x")
    assert [(bar.x, bar.y, bar.height) for bar in bars.drawn[0].bars] == [
        ("275", "0", "100"),
        ("775", "50", "50"),
    ]
