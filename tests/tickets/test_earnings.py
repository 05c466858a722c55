"""Earnings: whatever happened, every page adds up to what the ledger holds, to the cent."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from tests.pages.documents import Document
from tests.rooms.ahead import scheduled
from tests.tickets.histories import History
from tests.tickets.makers import CreatorFactory, offered
from tickets.amounts import money
from tickets.chart import CARD_FEE, CUSTOMER, PLATFORM_FEE, host_account
from tickets.models import Creator, Dispute, LedgerEntry, LedgerTransaction, Order
from tickets.periods import month_of
from tickets.selectors import sales as selling
from tickets.selectors import statement_lines
from tickets.selectors.creators import balance
from tickets.selectors.earnings import figures_by_offer, offers_of, statements, tier_progress, tiers_of
from tickets.services import ledger
from tickets.services.refunds import order_refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(creator, space, host, now, buyers) -> Callable[..., History]:
    """`history(seed)` is a creator with two ticketed Spaces, and people who can pay."""
    second = scheduled(host, now, hours=30, title="=HYPERLINK(evening)")
    offers = [offered(space, amount=1999, seats=1000), offered(second, amount=333, seats=1000)]
    people = buyers(40)

    def made(seed: int, *, since: datetime | None = None) -> History:
        return History(creator, offers, people, since or now, seed)

    return made


@pytest.fixture
def at_home(host) -> Client:
    """The creator's browser."""
    client = Client()
    client.force_login(host)
    return client


def cents(words: str) -> int:
    """ "−$1,234.50" as -123450."""
    digits = "".join(sign for sign in words if sign.isdigit())
    return -int(digits) if words.startswith("−") else int(digits)


def shown(page: Document) -> dict[str, int]:
    """The figures of a page with one statement."""
    found = [one for one in page.all("dd") if "data-figure" in one]
    return {one["data-figure"]: cents(one.text) for one in found}


def host_total(creator: Creator, *, since: datetime | None = None, until: datetime | None = None) -> int:
    """What the ledger holds for a creator, added up row by row."""
    account, total = host_account(creator.pk), 0
    for entry in LedgerEntry.objects.select_related("transaction"):
        at = entry.transaction.at
        if (since is None or at >= since) and (until is None or at < until):
            total += entry.amount * ((entry.credit_account == account) - (entry.debit_account == account))
    return total


def references(creator: Creator) -> list[str]:
    """What is to be in the export: all that moved something of the creator's, or fees of it."""
    accounts = {host_account(creator.pk), PLATFORM_FEE, CARD_FEE}
    return [
        one.reference
        for one in LedgerTransaction.objects.order_by("at", "pk")
        if any({entry.debit_account, entry.credit_account} & accounts for entry in one.entries.all())
    ]


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


def streamed(response) -> str:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("seed", range(2))
def test_every_page_adds_up_to_the_ledger(history, creator, at_home, seed):
    history(seed).go(28)
    creator.refresh_from_db()
    total = host_total(creator)
    assert balance(host_account(creator.pk), currency="usd") == total

    page = shown(Document(at_home.get("/earnings/")))
    assert page["closing"] == total
    assert page["earned"] == sum(
        page.get(name, 0)
        for name in ("sales", "platform_fees", "card_fees", "tips", "refunded", "disputed", "adjusted")
    )
    assert page["closing"] == page["earned"] + page["paid_out"]
    paid = LedgerTransaction.objects.filter(kind="order_paid").count()
    assert f"{paid} tickets sold" in Document(at_home.get("/earnings/")).text

    # By Space, and sale by sale: each sale is one row, on pages of twenty.
    offers = list(offers_of(creator))
    by_offer = figures_by_offer(creator, offers)
    orders = list(selling.sales_of(creator))
    sales = selling.sale_rows(creator, orders)
    assert len(sales) == paid
    for offer in offers:
        own = [sale.figures.earned for sale in sales if sale.order.offer_id == offer.pk]
        assert by_offer[offer.pk].earned == sum(own)
        assert shown(Document(at_home.get(f"/earnings/spaces/{offer.space_id}/")))["earned"] == sum(own)
    of_tips = LedgerTransaction.objects.filter(tip_id__isnull=False)
    tips = sum(line.net for line in statement_lines.line_rows(creator, list(of_tips)))
    assert page["earned"] == sum(figures.earned for figures in by_offer.values()) + tips
    for sale in sales[:5]:
        one = shown(Document(at_home.get(f"/earnings/sales/{sale.order.pk}/")))
        assert one["earned"] == sale.figures.earned == host_of(sale.order, creator)
        assert sum(tier.amount for tier in sale.tiers) == sale.order.amount

    lines = rows_of(streamed(at_home.get("/earnings/export.csv")))
    assert [line["reference"] for line in lines] == references(creator)
    assert sum(as_cents(line["net"]) for line in lines) == total == as_cents(lines[-1]["balance"])


def host_of(order: Order, creator: Creator) -> int:
    account = host_account(creator.pk)
    return sum(
        entry.amount * ((entry.credit_account == account) - (entry.debit_account == account))
        for entry in LedgerEntry.objects.filter(transaction__order_id=order.pk)
    )


def as_cents(number: str) -> int:
    units, cents = number.lstrip("-").split(".")
    return (-1 if number.startswith("-") else 1) * (int(units) * 100 + int(cents))


def test_months_follow_upon_each_other(history, creator, host, at_home, now):
    host.time_zone = "America/New_York"
    host.save()
    history(7, since=now - timedelta(days=90)).go(18)
    page = Document(at_home.get("/earnings/"))
    months = [option["value"] for option in page.all("option") if option["value"]]
    assert 3 <= len(months) <= 5
    opening, added = 0, []
    for name in reversed(months):
        found = at_home.get(f"/earnings/?month={name}")
        figures = shown(Document(found))
        statement = found.context["statements"][0]
        assert statement.opening == opening
        opening = figures["closing"]
        period = month_of(name, zone=found.context["period"].since.tzinfo)
        assert period.since is not None
        lines = rows_of(streamed(at_home.get(f"/earnings/export.csv?month={name}")))
        assert {line["date"][:7] for line in lines} <= {name}
        assert sum(as_cents(line["net"]) for line in lines) == statement.figures.change
        if lines:
            assert as_cents(lines[-1]["balance"]) == figures["closing"]
        added.append(statement.figures.change)
    assert opening == sum(added) == host_total(creator)


def test_a_month_begins_at_midnight_of_the_reader(creator, host):
    for moment, amount in (
        (datetime(2026, 3, 1, 4, 59, tzinfo=UTC), 7),
        (datetime(2026, 3, 1, 5, 0, tzinfo=UTC), 70),
        (datetime(2026, 4, 1, 3, 59, tzinfo=UTC), 700),
        (datetime(2026, 4, 1, 4, 0, tzinfo=UTC), 7000),
    ):
        transfers = [(CUSTOMER, host_account(creator.pk), amount)]
        ledger.post(
            kind="adjustment",
            reference=f"a:{amount}",
            transfers=transfers,
            currency="usd",
            creator_id=creator.pk,
            now=moment,
        )
    march = month_of("2026-03", zone=ZoneInfo("America/New_York"))
    (statement,) = statements(creator, march)
    assert (statement.opening, statement.figures.adjusted, statement.closing) == (7, 770, 777)


def test_currencies_are_kept_apart(creator):
    def post(name: str, amount: int, currency: str) -> None:
        ledger.post(
            kind="tip_paid",
            reference=name,
            transfers=[(CUSTOMER, host_account(creator.pk), amount)],
            currency=currency,
            creator_id=creator.pk,
            now=datetime(2026, 3, 1, tzinfo=UTC),
        )

    post("a", 500, "eur")
    post("b", 300, "usd")
    found = statements(creator)
    assert [(one.currency, one.closing) for one in found] == [("usd", 300), ("eur", 500)]
    chunk = next(statement_lines.lines_in_order(creator))
    assert [(line.currency, line.net, line.balance) for line in chunk] == [
        ("eur", 500, 500),
        ("usd", 300, 300),
    ]


def test_the_export_is_exact(history, at_home, host, creator, now):
    host.time_zone = "Europe/Berlin"
    host.save()
    one = history(1, since=datetime(2026, 6, 30, 22, 30, tzinfo=UTC))
    one.offers = one.offers[1:]
    order = one.sell()
    one.now += timedelta(hours=1)
    one._take_on(order_refund(order=order, by=host, amount=100, now=one.now))
    response = at_home.get("/earnings/export.csv?month=2026-07")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="earnings-2026-07.csv"'
    refund = order.refunds.get()
    assert streamed(response).split("\r\n") == [
        "date,type,space,sale,currency,gross,platform_fee,card_fee,net,balance,reference",
        f"2026-07-01T00:30:00+02:00,order_paid,'=HYPERLINK(evening),{order.pk},USD,"
        f"3.33,-0.09,-0.40,2.84,2.84,order:{order.pk}:paid",
        f"2026-07-01T01:30:00+02:00,refund,'=HYPERLINK(evening),{order.pk},USD,"
        f"-1.00,0.02,0.12,-0.86,1.98,{refund.reference}",
        "",
    ]


def test_the_export_is_sent_as_it_is_read(history, host, monkeypatch):
    monkeypatch.setattr(statement_lines, "CHUNK", 7)
    one = history(3)
    one.go(20)

    async def parts_of() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(host)
        response = await client.get("/earnings/export.csv")
        return [part async for part in response.streaming_content]

    parts = async_to_sync(parts_of)()
    found = [line["reference"] for line in rows_of(b"".join(parts).decode())]
    assert found == references(one.creator)
    assert len(parts) == 1 + -(-len(found) // 7)


def test_the_same_queries_for_one_and_for_many(history, at_home, creator):
    def queries() -> list[int]:
        found = []
        for path in ("", "spaces/", "sales/", "tips/", "payouts/", f"spaces/{order.offer.space_id}/"):
            with CaptureQueriesContext(connection) as captured:
                assert at_home.get(f"/earnings/{path}").status_code == 200
            found.append(len(captured))
        return found

    one = history(5)
    order = one.sell()
    one.tip()
    one.pay_out()
    queries()
    few = queries()
    one.go(15)
    assert queries() == few
    assert max(few) <= 13


class TestRefund:
    """The host pays a ticket back."""

    def test_in_part_then_the_rest(self, history, at_home):
        order = history(1).sell()
        address = f"/earnings/sales/{order.pk}/refund/"
        page = Document(at_home.get(address))
        assert money(order.amount, "usd") in page.text
        assert money(order.host_amount, "usd") in page.text
        done = at_home.post(address, {"which": "part", "amount": "1.10"}, follow=True)
        assert "$1.10 are on their way back." in Document(done).text
        order.refresh_from_db()
        assert (order.refunds.get().amount, order.has_seat) == (110, True)
        at_home.post(address, {"which": "whole"})
        order.refresh_from_db()
        assert (order.refunds.count(), order.has_seat, order.ticket.state) == (2, False, "void")
        assert "nothing left" in Document(at_home.get(address)).text
        assert at_home.post(address, {"which": "whole"}).status_code == 409

    @pytest.mark.parametrize("typed", ["", "0", "-1", "1.234", "1e3", "99999999999", "20.00", "5\0", "٣"])
    def test_a_part_that_is_none(self, history, at_home, typed):
        order = history(1).sell()
        page = at_home.post(f"/earnings/sales/{order.pk}/refund/", {"which": "part", "amount": typed})
        assert page.status_code == 400
        assert Document(page).one(id="amount-error").text
        assert not order.refunds.exists()

    def test_what_a_bank_has_taken_is_not_paid_back(self, history, at_home, now):
        order = history(1).sell()
        Dispute.objects.create(
            stripe_dispute_id="dp_1",
            order=order,
            amount=order.amount,
            taken_amount=order.amount,
            currency="usd",
            status="needs_response",
            opened_at=now,
        )
        assert "Disputed" in Document(at_home.get(f"/earnings/sales/{order.pk}/")).text
        assert at_home.post(f"/earnings/sales/{order.pk}/refund/").status_code == 409


def test_only_who_sells_sees_it(history, listener, staff):
    order = history(1).sell()
    paths = [f"sales/{order.pk}/", f"sales/{order.pk}/refund/", f"spaces/{order.offer.space_id}/"]
    for person in (listener, order.buyer, staff, CreatorFactory().user):
        client = Client()
        client.force_login(person)
        for path in paths:
            assert client.get(f"/earnings/{path}").status_code == 404
        assert client.post(f"/earnings/{paths[1]}", {"which": "whole"}).status_code == 404
    guest = Client()
    for path in ["", "sales/", "export.csv", *paths]:
        assert guest.get(f"/earnings/{path}").status_code == 302
    assert not order.refunds.exists()


def test_who_has_earned_nothing(listener, host, creator, at_home):
    client = Client()
    client.force_login(listener)
    page = client.get("/earnings/")
    assert page.status_code == 200
    assert "Nothing here yet" in Document(page).text
    for path in ("sales/", "tips/", "payouts/", "spaces/", "export.csv"):
        assert client.get(f"/earnings/{path}").status_code == 404
    page = Document(at_home.get("/earnings/"))
    assert "No tickets yet" in page.text
    assert shown(page)["closing"] == 0
    assert rows_of(streamed(at_home.get("/earnings/export.csv"))) == []


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "26-01", "9999-12", "2026-1", "x" * 300, "2026-07\0", "٢٠٢٦-٠٧"]
)
def test_a_month_that_is_none(creator, at_home, month):
    for path in ("", "sales/", "export.csv"):
        assert at_home.get(f"/earnings/{path}", {"month": month}).status_code == 400


def test_the_shares_and_how_far_it_is_to_the_next(creator):
    assert [(one.amount, one.fee_percent) for one in tiers_of([200, 300])] == [(200, "3%"), (300, "20%")]
    creator.tier_amounts = [4_999_900, 0]
    progress = tier_progress(creator)
    assert progress is not None
    assert (progress.sold, progress.left, progress.share, progress.share_after) == (
        4_999_900,
        100,
        "97%",
        "80%",
    )
