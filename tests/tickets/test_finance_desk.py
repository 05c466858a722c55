"""The desk of finance: lists and pages in the admin, and what is done there, which the log keeps."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from flags.models import FeatureFlag
from moderation.errors import DecisionSelf
from moderation.models import AuditEntry
from spaces_project.lib.errors import Invalid, NotAllowed
from tests.pages.documents import Document
from tests.staffing import sign_in_staff, staff_of
from tests.tickets.histories import History
from tests.tickets.makers import offered
from tests.tickets.test_applications import became_eligible
from tickets.models import (
    Dispute,
    LedgerTransaction,
    Order,
    Payout,
    ReconciliationDifference,
    ReconciliationRun,
    Refund,
    StripeEvent,
    Tip,
)
from tickets.services.creators import creator_apply
from tickets.services.finance import (
    difference_explain,
    event_retry,
    roll_out,
    staff_order_refund,
    staff_refund_retry,
    staff_tip_refund,
)
from tickets.services.refunds import refund_failed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

LISTS = (
    "creatorapplication",
    "creator",
    "order",
    "tip",
    "refund",
    "dispute",
    "payout",
    "ledgertransaction",
    "stripeevent",
    "reconciliationrun",
)
FILTERS = {
    "creatorapplication": ("?state=refused", "?state=any&q=host"),
    "creator": ("?selling=yes", "?selling=withdrawn&charges_enabled__exact=1"),
    "order": ("?state__exact=paid&q=buyer1", "?q=nobody\0"),
    "tip": ("?state__exact=paid&q=host",),
    "refund": ("?state__exact=failed&q=buyer1",),
    "dispute": ("?status=won&q=dp_1",),
    "payout": ("?status=paid&q=host",),
    "ledgertransaction": ("?account=platform_fee&creator=@the_host", "?kind__exact=refund&q=order:"),
    "stripeevent": ("?state__exact=failed&q=evt_1",),
    "reconciliationrun": ("?state__exact=done",),
}


@pytest.fixture
def finance():
    """Somebody of finance."""
    return staff_of("finance", handle="a_treasurer")


@pytest.fixture
def at_desk(finance) -> Client:
    """The admin in the hands of finance."""
    return sign_in_staff(Client(), finance)


@pytest.fixture
def history(creator, space, now, buyers) -> History:
    """A creator who sells, and people who can pay."""
    return History(creator, [offered(space, amount=1000, seats=500)], buyers(20), now, 1)


@pytest.fixture
def add(history, now) -> Callable[[int], None]:
    """`add(3)` puts three rows into every list."""

    def rows(count: int) -> None:
        first = Order.objects.count()
        for number in range(first, first + count):
            order = history.sell()
            tip = history.tip()
            refund = staff_order_refund(
                order=order, by=staff_of("administrator"), amount=10, reason="A test", now=now
            )
            refund_failed(refund_id=refund.pk, error="refused", now=now)
            history.pay_out()
            money: dict[str, Any] = {"amount": 100, "currency": "usd", "opened_at": now}
            Dispute.objects.create(stripe_dispute_id=f"dp_{number}", order=order, status="won", **money)
            Dispute.objects.create(
                stripe_dispute_id=f"dt_{number}", tip=tip, status="needs_response", **money
            )
            StripeEvent.objects.create(
                event_id=f"evt_{number}", type="refund.failed", payload={"id": "re_1"}, state="failed"
            )
            run = ReconciliationRun.objects.create(day=date(2026, 1, 1 + number), state="done")
            ReconciliationDifference.objects.create(
                run=run,
                kind="amount",
                reference=f"order:{order.pk}:paid",
                our_amount=1000,
                stripe_amount=999,
                currency="usd",
            )
            applicant = order.buyer
            became_eligible(applicant, now)
            creator_apply(user=applicant, is_adult=True, now=now)

    return rows


def listed(desk: Client, path: str) -> list[str]:
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return [row.text for row in Document(answer).all("tr") if row.inside("tbody")]


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def entries() -> list[tuple[str, str, str]]:
    return [(one.act, one.actor_handle, one.reason) for one in AuditEntry.objects.order_by("pk")]


class TestWho:
    """Finance and administrators, nobody else."""

    @pytest.mark.parametrize("group", ["moderator", "support", ""])
    def test_others_see_nothing_and_do_nothing(self, add, group, history):
        add(1)
        person = staff_of(group)
        desk = sign_in_staff(Client(), person)
        pages = [f"/admin/tickets/{name}/" for name in LISTS] + [
            "/admin/tickets/creatorapplication/roll-out/"
        ]
        pages.append(f"/admin/tickets/order/{Order.objects.get().pk}/change/")
        for path in pages:
            assert desk.get(path).status_code == 403, path
        assert desk.post(pages[-1], {"act": "refund", "refund-reason": "Mine"}).status_code == 403
        assert Refund.objects.count() == 1
        assert "/admin/tickets/" not in desk.get("/admin/").content.decode()

    def test_the_menu_of_finance(self, at_desk):
        page = Document(at_desk.get("/admin/tickets/order/"))
        menu = [link["href"] for link in page.all("a") if link.inside("nav")]
        assert {f"/admin/tickets/{name}/" for name in LISTS} <= set(menu)
        assert not [path for path in menu if "auditentry" in path or "evidence" in path]

    def test_services_ask_the_table(self, history, now):
        order, tip = history.sell(), history.tip()
        refund = staff_order_refund(order=order, by=staff_of("finance"), amount=1, reason="Ok", now=now)
        event = StripeEvent.objects.create(event_id="evt_1", type="x", payload={}, state="failed")
        run = ReconciliationRun.objects.create(day=date(2026, 1, 1))
        difference = ReconciliationDifference.objects.create(run=run, kind="amount", reference="x")
        by = staff_of("moderator")
        for act in (
            lambda: staff_order_refund(order=order, by=by, reason="No", now=now),
            lambda: staff_tip_refund(tip=tip, by=by, reason="No", now=now),
            lambda: staff_refund_retry(refund=refund, by=by, now=now),
            lambda: event_retry(event=event, by=by, now=now),
            lambda: difference_explain(difference=difference, by=by, note="No", now=now),
            lambda: roll_out(share=0, by=by, now=now),
        ):
            with pytest.raises(NotAllowed) as refused:
                act()
            assert refused.value.code == "staff.not_allowed"
        assert AuditEntry.objects.filter(act="staff.refused", actor_id=by.pk).count() == 6

    def test_nobody_pays_themselves_back(self, history, creator, now):
        order, tip = history.sell(), history.tip()
        for person in (order.buyer, creator.user):
            person.is_staff = person.is_superuser = True
            person.save()
            with pytest.raises(DecisionSelf):
                staff_order_refund(order=order, by=person, reason="Mine", now=now)
        sender = tip.sender
        sender.is_staff = sender.is_superuser = True
        sender.save()
        with pytest.raises(DecisionSelf):
            staff_tip_refund(tip=tip, by=sender, reason="Mine", now=now)
        assert not Refund.objects.exists()


def test_lists_filters_and_pages(at_desk, add):
    add(2)
    for name in LISTS:
        path = f"/admin/tickets/{name}/"
        assert listed(at_desk, path), name
        for query in FILTERS[name]:
            answer = at_desk.get(path + query)
            assert answer.status_code == 200, path + query
        for wrong in ("99999999999999999999999", "0199e6b0-0000-7000-8000-000000000000"):
            assert at_desk.get(f"{path}{wrong}/change/").status_code == 404, (name, wrong)
    for model in (Order, Tip, Refund, Dispute, Payout, LedgerTransaction, StripeEvent, ReconciliationRun):
        row = model._default_manager.order_by("pk").first()
        answer = at_desk.get(f"/admin/tickets/{model._meta.model_name}/{row.pk}/change/")
        assert answer.status_code == 200
        assert Document(answer).problems() == []
        assert at_desk.post(answer.request["PATH_INFO"], {"act": "nothing-such"}).status_code == 404


def test_the_same_queries_for_one_and_for_many(at_desk, add):
    def queries() -> list[int]:
        found = []
        for name in LISTS:
            with CaptureQueriesContext(connection) as captured:
                assert at_desk.get(f"/admin/tickets/{name}/").status_code == 200
            found.append(len(captured))
        return found

    add(1)
    queries()
    few = queries()
    add(3)
    assert queries() == few
    assert max(few) <= 12


def test_an_application_is_granted_and_refused(at_desk, add, finance):
    add(2)
    path = "/admin/tickets/creatorapplication/"
    one, two = (link["href"] for link in Document(at_desk.get(path)).all("a") if "/change/" in link["href"])
    text = Document(at_desk.get(one)).source
    assert "1,000 then, 1,000 now; 1,000 needed" in text
    assert "Granted." in said(at_desk.post(one, {"act": "grant", "grant-note": ""}, follow=True))
    refused = at_desk.post(two, {"act": "refuse", "refuse-reason": ""})
    assert refused.status_code == 400
    assert "This field is required" in refused.content.decode()
    at_desk.post(two, {"act": "refuse", "refuse-reason": "Too early"})
    again = at_desk.post(one, {"act": "grant", "grant-note": ""})
    assert again.status_code == 404, "there is no such act any more"
    assert listed(at_desk, path) == []
    assert [entry for entry in entries() if "selling" in entry[0]] == [
        ("staff.selling_grant", "a_treasurer", ""),
        ("staff.selling_refuse", "a_treasurer", "Too early"),
    ]


def test_selling_is_withdrawn(at_desk, creator):
    path = f"/admin/tickets/creator/{creator.pk}/change/"
    at_desk.post(path, {"act": "withdraw", "withdraw-reason": "Nothing took place"})
    creator.refresh_from_db()
    assert not creator.is_selling_granted
    assert entries() == [("staff.selling_withdraw", "a_treasurer", "Nothing took place")]
    assert "Let them sell no more" not in Document(at_desk.get(path)).source


def test_an_order_is_paid_back_in_part_and_whole(at_desk, history):
    order = history.sell()
    path = f"/admin/tickets/order/{order.pk}/change/"
    for wrong in ("0", "10.01", "1.234", "x", "-1"):
        answer = at_desk.post(
            path, {"act": "refund", "refund-amount": wrong, "refund-reason": "Broken sound"}
        )
        assert answer.status_code == 400, wrong
    assert at_desk.post(path, {"act": "refund", "refund-amount": "1"}).status_code == 400
    assert not Refund.objects.exists()
    at_desk.post(path, {"act": "refund", "refund-amount": "2.50", "refund-reason": "Broken sound"})
    at_desk.post(path, {"act": "refund", "refund-amount": "", "refund-reason": "All of it"})
    refunds = list(Refund.objects.order_by("pk"))
    assert [(one.amount, one.reason, one.note) for one in refunds] == [
        (250, "staff", "Broken sound"),
        (750, "staff", "All of it"),
    ]
    order.refresh_from_db()
    assert not order.has_seat
    assert [entry[0] for entry in entries()] == ["staff.refund", "staff.refund"]
    told = AuditEntry.objects.order_by("pk").first()
    assert told.data == {"refund": str(refunds[0].pk), "amount": 250, "currency": "usd"}
    assert told.target_handle == order.buyer.handle
    refund_failed(refund_id=refunds[0].pk, error="refused", now=history.now)
    at_desk.post(f"/admin/tickets/refund/{refunds[0].pk}/change/", {"act": "retry"})
    refunds[0].refresh_from_db()
    assert (refunds[0].state, refunds[0].round) == ("requested", 1)
    assert entries()[-1][0] == "staff.refund_retry"


def test_a_tip_is_paid_back(at_desk, history):
    tip = history.tip()
    at_desk.post(f"/admin/tickets/tip/{tip.pk}/change/", {"act": "refund", "refund-reason": "By mistake"})
    assert Refund.objects.get().amount == tip.total


def test_an_event_is_worked_off_again(at_desk, now):
    event = StripeEvent.objects.create(
        event_id="evt_1", type="refund.failed", payload={"id": "re_1"}, state="failed", tries=5, error="x"
    )
    path = f"/admin/tickets/stripeevent/{event.pk}/change/"
    at_desk.post(path, {"act": "retry"})
    event.refresh_from_db()
    assert (event.state, event.tries, event.error) == ("received", 0, "")
    assert at_desk.post(path, {"act": "retry"}).status_code == 404
    assert entries() == [("staff.stripe_event_retry", "a_treasurer", "")]


def test_a_difference_is_explained(at_desk, add, finance, now):
    add(2)
    mine, other = ReconciliationDifference.objects.order_by("pk")
    path = f"/admin/tickets/reconciliationrun/{mine.run_id}/change/"
    assert "$10.00 here, $9.99 there" in Document(at_desk.get(path)).source
    note = {"act": "explain", "explain-note": "Rounded by the bank"}
    assert at_desk.post(path, note | {"explain-difference": other.pk}).status_code == 400
    at_desk.post(path, note | {"explain-difference": mine.pk})
    mine.refresh_from_db()
    assert mine.note == "Rounded by the bank"
    assert mine.resolved_at is not None
    assert entries()[-1] == ("staff.difference_explain", "a_treasurer", "Rounded by the bank")
    with pytest.raises(Invalid):
        difference_explain(difference=mine, by=finance, note=" ", now=now)


def test_the_roll_out(at_desk):
    path = "/admin/tickets/creatorapplication/roll-out/"
    for wrong in ("101", "-1", "x", "1e9"):
        assert at_desk.post(path, {"share": wrong}).status_code == 400
    assert FeatureFlag.objects.get(name="tickets").share is None
    at_desk.post(path, {"share": "5"})
    assert FeatureFlag.objects.get(name="tickets").share == 5
    assert Document(at_desk.get(path)).one(id="id_share")["value"] == "5"
    at_desk.post(path, {"share": ""})
    assert FeatureFlag.objects.get(name="tickets").share is None
    assert [act for act, _, _ in entries()] == ["flag.share", "flag.share"]
    # Finance sets this share and no other, by no other page.
    assert at_desk.get("/admin/flags/featureflag/").status_code == 403


def test_the_books_cannot_be_changed(at_desk, history):
    history.sell()
    one = LedgerTransaction.objects.get()
    path = f"/admin/tickets/ledgertransaction/{one.pk}/"
    assert at_desk.get(f"{path}delete/").status_code == 403
    assert at_desk.get("/admin/tickets/ledgertransaction/add/").status_code == 403
    assert at_desk.post(f"{path}change/", {"reference": "other"}).status_code == 404
    text = Document(at_desk.get(f"{path}change/")).source
    assert f"customer → host:{one.creator_id}" in text
