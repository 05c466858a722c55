"""The pages of tickets: selling in a Space's form, the card on its page, buying, my tickets, passing one on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms.models import Invitation, Role, Space
from rooms.services.lifecycle import space_start_scheduled
from rooms.services.schedule import space_cancel
from tests.pages.conftest import Visit, visit, visitor
from tests.pages.documents import Document
from tests.pages.test_policy import check
from tests.rooms.ahead import scheduled
from tests.tickets.makers import offered
from tests.tickets.till import Till
from tickets.models import Creator, Offer, OfferGuest, Order, Ticket, WaitlistEntry
from tickets.services.offers import offer_close
from tickets.services.orders import order_hold
from tickets.services.refunds import order_refund, space_refunds
from tickets.services.waitlist import waitlist_join

__all__ = ["visit", "visitor"]

FIELDS = {
    "when": "later",
    "title": "Wine by ear",
    "language": "en",
    "speak_policy": "everyone",
    "time_zone": "UTC",
}
TICKETS = {"tickets_shown": "1", "ticketed": "on", "price": "5.00", "currency": "usd", "seats": "2"}

Browser = Callable[[User | None], Client]


def form(now: datetime, **fields: str) -> dict[str, str]:
    """What a host types to sell tickets for a Space tomorrow."""
    local = now + timedelta(days=1)
    return FIELDS | TICKETS | {"scheduled_at": f"{local:%Y-%m-%dT%H:%M}"} | fields


def card(page: Document) -> str:
    """The text of the card of tickets."""
    return page.one(id="ticket").text


class TestSelling:
    """The part of the form, and what the host sees."""

    def test_sells_and_says_how_it_stands(
        self, visitor: Browser, visit: Visit, creator: Creator, till: Till, cohost: User, now: datetime
    ) -> None:
        browser = visitor(creator.user)
        asked = form(now, price="7,5", guests=f"@{cohost.handle}", includes_replay="on")
        answer = browser.post("/spaces/new/", asked)
        offer = Offer.objects.get()
        assert answer.headers["Location"] == offer.space.get_absolute_url()
        assert (offer.amount, offer.currency, offer.seats, offer.includes_replay) == (750, "usd", 2, True)
        assert OfferGuest.objects.get().user == cohost
        till.buy(offer, stranger())
        page = check(browser.get(offer.space.get_absolute_url()))
        assert "1 of 2 sold" in card(page)
        assert "$7.50 ticket" in page.text

    @pytest.mark.parametrize(
        ("fields", "id", "words"),
        [
            ({"price": "5.005"}, "price-error", "whole cents"),
            ({"price": "-5"}, "price-error", "whole cents"),
            ({"price": "0.99"}, "price-error", "between 1.00 and 999.00"),
            ({"price": "9" * 20}, "price-error", "whole cents"),
            ({"price": "5\x00"}, "price-error", "whole cents"),
            ({"currency": "jpy"}, "currency-error", "Choose one of USD"),
            ({"currency": "eur"}, "currency-error", "You are paid in USD"),
            ({"seats": "100001"}, "seats-error", "between 1 and 100,000"),
            ({"seats": "9" * 15}, "seats-error", "between 1 and 100,000"),
            ({"seats": "-1"}, "seats-error", "between 1 and 100,000"),
            ({"guests": "@nobody_here"}, "free-guests-error", "nobody_here"),
            ({"sale_opens": "soon"}, "sale-opens-error", "a date and a time"),
            ({"every": "week"}, "every-error", "Tickets belong to one date"),
        ],
    )
    def test_says_what_is_wrong_and_schedules_nothing(
        self, visitor: Browser, creator: Creator, now: datetime, fields: dict[str, str], id: str, words: str
    ) -> None:
        answer = visitor(creator.user).post("/spaces/new/", form(now, **fields))
        assert answer.status_code == 400
        page = check(answer)
        assert words in page.one(id=id).text
        assert page.one(id="seats")["value"] == (form(now, **fields)["seats"])
        assert not Space.objects.exists()

    def test_what_is_sold_stays_as_it_was_sold(
        self, visitor: Browser, till: Till, offer: Offer, buyers: Any, now: datetime
    ) -> None:
        till.buy(offer, buyers(1)[0])
        browser = visitor(offer.seller.user)
        url = f"{offer.space.get_absolute_url()}edit/"
        page = check(browser.get(url))
        assert "readonly" in page.one(id="price")
        typed = form(now, scheduled_at="", title=offer.space.title)
        assert offer.space.scheduled_at
        typed["scheduled_at"] = f"{offer.space.scheduled_at:%Y-%m-%dT%H:%M}"
        assert "cannot change any more" in check(browser.post(url, typed | {"price": "6.00"})).text
        assert "not take any away" in check(browser.post(url, typed | {"seats": "1"})).text
        assert browser.post(url, typed | {"seats": "5"}).status_code == 302
        # Without the switch no more are sold; what was bought is good.
        without = {name: value for name, value in typed.items() if name != "ticketed"}
        assert browser.post(url, without | {"seats": "5"}).status_code == 302
        offer.refresh_from_db()
        assert (offer.seats, offer.state) == (5, Offer.State.CLOSED)
        assert Ticket.objects.get().state == Ticket.State.VALID

    def test_is_for_hosts_who_may_sell(
        self, visitor: Browser, host: User, cohost: User, now: datetime, settings: Any
    ) -> None:
        page = check(visitor(host).get("/spaces/new/?later"))
        assert "Apply for it first" in page.text
        assert not page.all(id="price")
        answer = visitor(host).post("/spaces/new/", form(now))
        assert answer.status_code == 403
        settings.STRIPE_API_KEY = ""
        assert "tickets" not in check(visitor(host).get("/spaces/new/?later")).text

    def test_fees_are_told_while_the_price_is_typed(self, visitor: Browser, creator: Creator) -> None:
        browser = visitor(creator.user)
        # 3% of 10.00 are ours, and 2.9% and 30 cents the card's.
        told = Document(browser.get("/tickets/fees/?price=10")).one(id="ticket-fees").text
        assert "You get $9.11 of each $10.00: $0.30 is our share, and about $0.59 the card's fee." in told
        for price in ("", "x", "0.5", "1.234", "\x00"):
            answer = browser.get("/tickets/fees/", {"price": price})
            assert "Type a price" in Document(answer).one(id="ticket-fees").text

    def test_cancelling_says_who_is_paid_back(
        self, visit: Visit, till: Till, offer: Offer, buyers: Any
    ) -> None:
        for buyer in buyers(2):
            till.buy(offer, buyer)
        page = visit(offer.seller.user, f"{offer.space.get_absolute_url()}cancel/")
        assert "2 tickets will be refunded in full." in page.text


def stranger() -> User:
    """Somebody who needs a ticket."""
    return User.objects.create(handle="somebody_else", email="else@example.com")


class TestCard:
    """What the Space's page says of its tickets."""

    def test_to_everybody(
        self,
        visit: Visit,
        visitor: Browser,
        till: Till,
        offer: Offer,
        buyers: Any,
        cohost: User,
        now: datetime,
    ) -> None:
        first, second, third, fourth, fifth = buyers(5)
        path = offer.space.get_absolute_url()
        assert "Sign in to buy a ticket" in card(visit(None, path))
        page = check(visitor(first).get(path))
        assert "Buy a ticket" in card(page)
        assert "$5.00 ticket" in card(page)
        assert "no real money moves" in card(page)
        held = order_hold(offer=offer, buyer=first, now=timezone.now())
        assert "Your seat is held: 14:5" in card(check(visitor(first).get(path)))
        till.buy(offer, second)
        assert "You have a ticket." in card(check(visitor(second).get(path)))
        assert "Join the waitlist" in card(check(visitor(third).get(path)))
        waitlist_join(offer=offer, user=third, now=timezone.now())
        waitlist_join(offer=offer, user=fourth, now=timezone.now())
        assert "You are number 2 in line" in card(check(visitor(fourth).get(path)))
        visitor(first).post(f"/tickets/orders/{held.pk}/give-back/")
        assert "A seat is free for you." in card(check(visitor(third).get(path)))
        OfferGuest.objects.create(offer=offer, user=cohost)
        assert "without a ticket" in card(check(visitor(cohost).get(path)))
        offer_close(offer=offer, by=offer.seller.user, now=now)
        assert "not on sale any more" in card(visit(fifth, path))

    def test_before_the_sale_and_without_a_key(
        self, visit: Visit, offer: Offer, outsider: User, now: datetime, settings: Any
    ) -> None:
        offer.sale_opens_at = now + timedelta(hours=1)
        offer.save()
        assert "On sale from" in card(visit(outsider, offer.space.get_absolute_url()))
        settings.STRIPE_API_KEY = ""
        assert "payments are not set up" in card(visit(outsider, offer.space.get_absolute_url()))

    def test_few_seats_are_said(self, visit: Visit, space: Space, outsider: User) -> None:
        offer = offered(space, seats=50, seats_taken=39)
        path = space.get_absolute_url()
        assert "left" not in card(visit(outsider, path))
        Offer.objects.filter(pk=offer.pk).update(seats_taken=47)
        assert "3 seats left" in card(visit(outsider, path))

    def test_on_air_the_door_is_the_till(
        self, visitor: Browser, till: Till, offer: Offer, buyers: Any, speaker: User, committed: Any
    ) -> None:
        inside, outside = buyers(2)
        till.buy(offer, inside)
        host = offer.seller.user
        Invitation.objects.create(space=offer.space, user=speaker, by=host, role=Role.SPEAKER)
        with committed():
            space_start_scheduled(space=offer.space, by=host, now=offer.space.scheduled_at or timezone.now())
        path = offer.space.get_absolute_url()
        for user, way in (
            (inside, "Start listening"),
            (speaker, "Start listening"),
            (host, "Open your Space"),
        ):
            page = check(visitor(user).get(path))
            assert way in page.text
        for stranger in (outside, None):
            page = check(visitor(stranger).get(path))
            assert not [one for one in page.all(class_="button") if "data-join-space" in one]
            assert "ticket" in card(page)
        assert "Tickets are not refunded by that" in check(visitor(host).get(path)).source

    def test_cards_and_rows_say_the_price(
        self, visit: Visit, offer: Offer, outsider: User, creator: Creator
    ) -> None:
        free = scheduled(creator.user, timezone.now(), hours=5, title="For everybody")
        for path in ("/spaces/?tab=upcoming", f"/@{creator.user.handle}/?tab=spaces", "/search/?q=morning"):
            page = visit(outsider, path)
            assert [one.text for one in page.all(class_="badge--ticket")] == ["$5 ticket"], path
        assert not visit(outsider, free.get_absolute_url()).all(class_="badge--ticket")
        page = visit(outsider, offer.space.get_absolute_url())
        assert "$5 ticket" in page.one("meta", name="description")["content"]


class TestBuying:
    """From the button to the seat."""

    def test_leads_to_the_till_and_back(
        self, visitor: Browser, till: Till, offer: Offer, outsider: User, committed: Any
    ) -> None:
        browser = visitor(outsider)
        url = f"{offer.space.get_absolute_url()}buy/"
        first, second = browser.post(url), browser.post(url)
        order = Order.objects.get()
        # Two tabs: one order, one page.
        assert first.headers["Location"] == second.headers["Location"] == order.checkout_url
        back = f"/tickets/orders/{order.pk}/?paid=1"
        waiting = check(browser.get(back))
        assert "Confirming your payment" in waiting.text
        assert waiting.one(id="outcome")["hx-get"] == back
        till.paid_there(order)
        page = check(browser.get(back))
        assert "You’re in" in page.text
        assert not page.one(id="outcome")["hx-get"]
        assert "$5.00" in page.text
        assert Ticket.objects.get().holder == outsider

    def test_what_goes_wrong_is_said_in_words(
        self, visitor: Browser, till: Till, offer: Offer, buyers: Any, settings: Any
    ) -> None:
        settings.STRIPE_TIMEOUT_SECONDS = 0.3
        url = f"{offer.space.get_absolute_url()}buy/"
        down, slow, late = (visitor(one) for one in buyers(3))
        till.stripe.faults({"how": "down", "path": "checkout"})
        page = Document(down.post(url, follow=True))
        assert "does not answer right now" in page.text
        assert "Your seat is held" in card(page)
        till.stripe.faults({"how": "slow", "path": "checkout", "seconds": 1, "times": 1})
        page = Document(slow.post(url, follow=True))
        assert "does not answer right now" in page.text
        till.stripe.faults()
        # Asked again it goes on, with the same order.
        order = Order.objects.order_by("pk")[0]
        assert down.post(f"/tickets/orders/{order.pk}/pay/").headers["Location"].startswith(till.stripe.url)
        assert Order.objects.count() == 2
        page = Document(late.post(url, follow=True))
        assert "Somebody was faster" in page.text
        assert "Join the waitlist" in card(page)
        # The seat is held until it is known whether it has been paid.
        till.stripe.faults({"how": "error"})
        page = Document(down.get(f"/tickets/orders/{order.pk}/?paid=1"))
        assert "this page goes on asking" in page.text

    def test_after_the_hold(
        self, visitor: Browser, till: Till, offer: Offer, buyers: Any, at: Callable[[float], datetime]
    ) -> None:
        from tickets.services.orders import orders_expire_due

        one, other, third = buyers(3)
        order = order_hold(offer=offer, buyer=one, now=timezone.now())
        orders_expire_due(now=at(16 * 60))
        page = check(visitor(one).get(f"/tickets/orders/{order.pk}/"))
        assert "The seat is free again" in page.text
        for person in (other, third):
            till.buy(offer, person)
        till.paid_there(order)
        order_page = f"/tickets/orders/{till_synced(till, order)}/"
        page = check(visitor(one).get(order_page))
        assert "You get your money back" in page.text
        assert "Your payment came when the seat was gone. $5.00 go back" in page.text

    def test_is_nobody_elses(self, visitor: Browser, till: Till, offer: Offer, buyers: Any) -> None:
        one, other = buyers(2)
        order = order_hold(offer=offer, buyer=one, now=timezone.now())
        for path in ("", "pay/", "give-back/"):
            url = f"/tickets/orders/{order.pk}/{path}"
            answer = visitor(other).post(url) if path else visitor(other).get(url)
            assert answer.status_code == 404, path
        assert visitor(None).post(f"{offer.space.get_absolute_url()}buy/").status_code == 302
        assert visitor(other).get(f"{offer.space.get_absolute_url()}buy/").status_code == 405
        assert visitor(other).post("/spaces/x/buy/").status_code == 404
        order.refresh_from_db()
        assert order.state == Order.State.HELD

    def test_waiting_in_line(self, visitor: Browser, till: Till, offer: Offer, buyers: Any) -> None:
        people = buyers(3)
        for person in people[:2]:
            till.buy(offer, person)
        browser = visitor(people[2])
        page = Document(browser.post(f"{offer.space.get_absolute_url()}wait/", follow=True))
        assert "You are number 1 in line." in page.text
        browser.post(f"{offer.space.get_absolute_url()}wait/leave/")
        assert WaitlistEntry.objects.get().state == WaitlistEntry.State.LEFT


def till_synced(till: Till, order: Order) -> Any:
    """The order, once Stripe has told of it."""
    from tickets.services.orders import order_sync

    return order_sync(order=order, now=timezone.now()).pk


class TestMine:
    """/tickets/"""

    def test_upcoming_past_and_refunded(
        self, visitor: Browser, till: Till, offer: Offer, outsider: User, host: User, now: datetime
    ) -> None:
        browser = visitor(outsider)
        assert "No tickets yet" in check(browser.get("/tickets/")).text
        order = till.buy(offer, outsider)
        other = offered(scheduled(host, now, hours=3, title="A free evening"), seats=1)
        OfferGuest.objects.create(offer=other, user=outsider)
        third = offered(scheduled(host, now, hours=4, title="Still at the till"), seats=1)
        order_hold(offer=third, buyer=outsider, now=timezone.now())
        page = check(browser.get("/tickets/"))
        for words in (
            "Morning voices",
            "$5.00",
            "Receipt",
            "Pass it on",
            "Free pass",
            "Still at the till",
            "14:5",
        ):
            assert words in page.text, words
        order_refund(order=order, by=host, now=now)
        page = check(browser.get("/tickets/?tab=refunded"))
        assert "being paid back" in page.text
        till.refunds(later=timezone.now())
        assert "$5.00 paid back" in check(browser.get("/tickets/?tab=refunded")).text
        assert "The host pays you back." in check(browser.get(f"/tickets/orders/{order.pk}/")).text
        assert "Nothing you had a ticket for" in check(browser.get("/tickets/?tab=past&page=9")).text
        assert "given no tip yet" in check(browser.get("/tickets/?tab=tips")).text

    def test_costs_the_same_for_many(
        self,
        visitor: Browser,
        till: Till,
        host: User,
        outsider: User,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        browser = visitor(outsider)

        def bought(number: int) -> None:
            made = offered(scheduled(host, now, hours=number + 1), seats=2)
            till.buy(made, outsider)

        bought(0)
        browser.get("/tickets/")
        with django_assert_num_queries(12, exact=False) as one:
            browser.get("/tickets/")
        for number in (1, 2):
            bought(number)
        with django_assert_num_queries(len(one.captured_queries)):
            browser.get("/tickets/")

    def test_passing_a_ticket_on(
        self, visitor: Browser, till: Till, offer: Offer, outsider: User, listener: User, speaker: User
    ) -> None:
        till.buy(offer, outsider)
        till.buy(offer, speaker)
        ticket = Ticket.objects.get(holder=outsider)
        browser = visitor(outsider)
        url = f"/tickets/{ticket.pk}/transfer/"
        assert "Pass your ticket on" in check(browser.get(url)).text
        for handle, status in (("nobody_here", 404), (outsider.handle, 400), ("\x00", 404)):
            answer = browser.post(url, {"to": handle})
            assert answer.status_code == status, handle
            assert check(answer).one(id="transfer-to-error")
        page = check(browser.post(url, {"to": f"@{listener.handle}"}))
        assert "A Listener gets your ticket, and you cannot take it back." in page.text
        assert Ticket.objects.get(pk=ticket.pk).holder == outsider
        # Who has one already gets no second one.
        answer = browser.post(url, {"to": speaker.handle, "confirmed": "1"})
        assert answer.status_code == 409
        assert "has a ticket already" in check(answer).text
        page = Document(browser.post(url, {"to": listener.handle, "confirmed": "1"}, follow=True))
        assert "Your ticket is A Listener’s now." in page.text
        assert "Given to you" in check(visitor(listener).get("/tickets/")).text
        assert browser.get(url).status_code == 404
        assert browser.get(f"/tickets/{2**70}/transfer/").status_code == 404

    def test_of_a_space_that_is_over(
        self, visitor: Browser, till: Till, offer: Offer, outsider: User, committed: Any
    ) -> None:
        order = till.buy(offer, outsider)
        with committed():
            space_cancel(space=offer.space, by=offer.seller.user, now=timezone.now())
        space_refunds(now=timezone.now())
        page = check(visitor(outsider).get(f"/tickets/orders/{order.pk}/"))
        assert "The Space was cancelled." in page.text
        answer = visitor(outsider).get(f"/tickets/{Ticket.objects.get().pk}/transfer/")
        assert answer.status_code == 404
