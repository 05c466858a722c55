"""Creators and their earnings over REST: the same as on the pages, for the creator alone."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.tickets.histories import History
from tests.tickets.makers import CreatorFactory, offered
from tests.tickets.test_applications import became_eligible
from tickets.chart import host_account
from tickets.models import Creator, Order
from tickets.selectors.creators import balance
from tickets.selectors.earnings import figures_by_order

pytestmark = pytest.mark.django_db

LISTS = ("spaces", "sales", "tips", "payouts", "lines")


@pytest.fixture
def history(creator, space, now, buyers) -> History:
    """A creator who sells, and people who can pay."""
    return History(creator, [offered(space, amount=1999, seats=500)], buyers(20), now, 1)


def rows(client: Any, path: str) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found, address = [], f"/api/v1/earnings/{path}/?limit=7"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.json()
        found += answer.json()["results"]
        address = answer.json()["next"]
    return found


def test_the_way_to_selling(api, host, stripe_server):
    me = api(host)
    card = me.get("/api/v1/creator/").json()
    assert (card["may_sell"], card["may_apply"], card["refusal"]) == (False, False, "creator.not_eligible")
    assert card["account"]["state"] == "none"
    assert (
        me.post("/api/v1/creator/application/", {"is_adult": True}).json()["code"] == "creator.not_eligible"
    )
    became_eligible(host, timezone.now())
    assert "is_adult" in me.post("/api/v1/creator/application/", {"is_adult": False}).json()["fields"]
    made = me.post("/api/v1/creator/application/", {"is_adult": True})
    assert (made.status_code, made.json()["state"]) == (201, "applied")
    assert me.get("/api/v1/creator/").json()["application"]["state"] == "applied"
    assert me.delete("/api/v1/creator/application/").status_code == 204
    assert me.delete("/api/v1/creator/application/").json()["code"] == "creator.no_application"

    assert me.post("/api/v1/creator/onboarding/done/").json()["code"] == "earnings.none"
    link = me.post("/api/v1/creator/onboarding/")
    assert (link.status_code, "/setup/" in link.json()["url"]) == (201, True)
    assert me.post("/api/v1/creator/account-page/").json()["code"] == "ticket.account_not_ready"
    account = Creator.objects.get(user=host).stripe_account_id
    stripe_server.tell("account", account=account, outcome="complete")
    card = me.post("/api/v1/creator/onboarding/done/").json()
    assert (card["account"]["state"], card["account"]["can_be_paid"]) == ("ready", True)
    assert "/express/" in me.post("/api/v1/creator/account-page/").json()["url"]
    card = me.patch("/api/v1/creator/", {"tips_enabled": True, "currency": "eur"}).json()
    assert (card["tips_enabled"], card["currency"]) == (True, "eur")
    assert me.patch("/api/v1/creator/", {"currency": "xxx"}).json()["code"] == "invalid"
    assert me.patch("/api/v1/creator/", {"tips_enabled": "perhaps"}).status_code == 400


def test_everything_adds_up(api, host, creator, history):
    history.go(40)
    me = api(host)
    total = balance(host_account(creator.pk), currency="usd")
    earnings = me.get("/api/v1/earnings/").json()
    (statement,) = earnings["statements"]
    figures = statement["figures"]
    assert statement["closing"] == total
    assert figures["earned"] - figures["paid_out"] == total
    assert sum(line["net"] for line in rows(me, "lines")) == total
    assert all(
        line["gross"] + line["platform_fee"] + line["card_fee"] == line["net"] for line in rows(me, "lines")
    )
    sales = rows(me, "sales")
    assert len(sales) == figures["sold"]
    (of_space,) = rows(me, "spaces")
    assert sum(sale["figures"]["earned"] for sale in sales) == of_space["figures"]["earned"]
    only = me.get(f"/api/v1/earnings/sales/?space={of_space['space']}&limit=100").json()["results"]
    assert only == sales
    one = me.get(f"/api/v1/earnings/sales/{sales[0]['id']}/").json()
    assert one == sales[0]
    order = Order.objects.get(pk=one["id"])
    assert one["figures"]["earned"] == figures_by_order(creator, [order])[order.pk].earned
    assert sum(tip["amount"] for tip in rows(me, "tips")) > 0
    assert len(rows(me, "payouts")) == creator.payouts.count()


def test_a_ticket_is_paid_back(api, host, history):
    order = history.sell()
    me, address = api(host), f"/api/v1/earnings/sales/{order.pk}/refunds/"
    made = me.post(address, {"amount": 499})
    assert (made.status_code, made.json()["amount"], made.json()["state"]) == (201, 499, "requested")
    for wrong in (0, -1, 1501):
        assert me.post(address, {"amount": wrong}).json()["code"] == "refund.amount", wrong
    for wrong in ("x", 1.5, [], {}, 10**30):
        assert me.post(address, {"amount": wrong}).json()["code"] == "invalid", wrong
    assert me.post(address, {}).json()["amount"] == 1500
    assert me.post(address, {}).json()["code"] == "refund.nothing"
    assert [one["amount"] for one in me.get(address).json()] == [1500, 499]
    order.refresh_from_db()
    assert not order.has_seat


def test_only_who_sells(api, host, history, listener, staff):
    order = history.sell()
    own = [f"sales/{order.pk}/", f"sales/{order.pk}/refunds/"]
    for person in (listener, order.buyer, staff, CreatorFactory().user):
        client = api(person)
        for path in own:
            assert client.get(f"/api/v1/earnings/{path}").json()["code"] == "sale.not_found"
        assert client.post(f"/api/v1/earnings/{own[1]}").json()["code"] == "sale.not_found"
    for path in ("", *(f"{one}/" for one in LISTS)):
        assert api(None).get(f"/api/v1/earnings/{path}").status_code == 401
        assert api(listener).get(f"/api/v1/earnings/{path}").json()["code"] == "earnings.none"
    assert not order.refunds.exists()
    others = api(CreatorFactory().user)
    space = f"/api/v1/earnings/sales/?space={order.offer.space_id}"
    assert others.get(space).json()["code"] == "sale.not_found"
    assert api(host).get("/api/v1/earnings/sales/?space=none").json()["code"] == "sale.not_found"
    assert api(host).get(f"/api/v1/earnings/sales/{uuid4()}/").json()["code"] == "sale.not_found"


def test_an_unnamed_giver_stays_so(api, host, history):
    tip = history.tip()
    tip.unnamed = True
    tip.save()
    (found,) = rows(api(host), "tips")
    assert (found["sender"], found["amount"]) == (None, tip.amount)


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=%00", "cursor=abc", "limit=x"])
def test_bad_questions(api, host, creator, query):
    for path in LISTS:
        answer = api(host).get(f"/api/v1/earnings/{path}/?{query}")
        assert answer.status_code in (200, 400)
        assert answer.status_code == 400 or query == "limit=x"


def test_the_same_queries_for_one_and_for_many(api, host, history):
    me = api(host)

    def queries() -> list[int]:
        found = []
        for path in ("", *(f"{one}/" for one in LISTS)):
            with CaptureQueriesContext(connection) as captured:
                assert me.get(f"/api/v1/earnings/{path}").status_code == 200
            found.append(len(captured))
        return found

    history.sell()
    history.tip()
    history.pay_out()
    queries()
    few = queries()
    history.go(25)
    assert queries() == few
    assert max(few) <= 7
