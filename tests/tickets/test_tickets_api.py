"""Tickets and tips over REST: each operation, who may, and what is wrong with what they send."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms.models import Space
from rooms.services.lifecycle import space_start_scheduled
from tests.conftest import Client
from tests.factories import UserFactory
from tests.plugins.service import wait_until
from tests.rooms.ahead import scheduled
from tests.rooms.answers import refused
from tests.tickets.makers import CreatorFactory, offered
from tests.tickets.till import Till
from tickets.models import Creator, Offer, Order, Ticket, Tip

Api = Callable[[User | None], Client]


def url(offer: Offer | Space, part: str) -> str:
    """An address of the tickets of a Space."""
    space_id = offer.space_id if isinstance(offer, Offer) else offer.pk
    return f"/api/v1/spaces/{space_id}/{part}/"


class TestOffer:
    """/spaces/{id}/offer/"""

    def test_is_made_shown_closed_and_removed(
        self,
        api: Api,
        creator: Creator,
        space: Space,
        outsider: User,
        cohost: User,
        sent: Any,
        committed: Any,
    ) -> None:
        host = api(creator.user)
        refused(host.get(url(space, "offer")), 404, "ticket.no_offer")
        with committed():
            made = host.put(url(space, "offer"), {"amount": 500, "seats": 20, "guests": [cohost.handle]})
        assert made.status_code == 200, made.content
        body = made.json()
        assert (body["price"], body["me"], body["sales"]["sold"], body["seats_left"]) == (
            "$5.00",
            "selling",
            0,
            20,
        )
        card = {"amount": 500, "currency": "usd", "price": "$5.00", "words": "$5 ticket"}
        assert sent.of("space.ticketed") == [{"ticket": card}]
        assert api(None).get(f"/api/v1/spaces/{space.pk}/").json()["ticket"] == card
        seen = api(outsider).get(url(space, "offer")).json()
        assert (seen["me"], seen["sales"]) == ("buy", None)
        assert api(None).get(url(space, "offer")).json()["me"] == "buy"
        assert api(cohost).get(url(space, "offer")).json()["me"] == "free"
        assert host.post(url(space, "offer/close")).json()["on_sale"] is False
        assert api(outsider).get(url(space, "offer")).json()["me"] == "closed"
        for client in (api(outsider), api(cohost)):
            refused(client.put(url(space, "offer"), {"amount": 500, "seats": 1}), 403, "ticket.not_seller")
            refused(client.delete(url(space, "offer")), 403, "ticket.not_seller")
            refused(client.post(url(space, "offer/close")), 403, "ticket.not_seller")
        with committed():
            assert host.delete(url(space, "offer")).status_code == 204
        assert sent.of("space.ticketed")[-1] == {"ticket": None}
        assert api(None).get(f"/api/v1/spaces/{space.pk}/").json()["ticket"] is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount": 500.5}, "amount"),
            ({"amount": -500}, "amount"),
            ({"amount": 99_901}, "amount"),
            ({"amount": 2**70}, "amount"),
            ({"amount": "5\x00"}, "amount"),
            ({"amount": None}, "amount"),
            ({"currency": "jpy"}, "currency"),
            ({"currency": "eur"}, "currency"),
            ({"seats": 0}, "seats"),
            ({"seats": 100_001}, "seats"),
            ({"seats": [1]}, "seats"),
            ({"guests": ["nobody_here"]}, "guests"),
            ({"guests": ["\x00"]}, "guests.0"),
            ({"guests": "maya"}, "guests"),
            ({"sale_opens_at": "soon"}, "sale_opens_at"),
            ({"sale_opens_at": "2030-01-02T10:00Z", "sale_closes_at": "2030-01-01T10:00Z"}, "sale_closes_at"),
        ],
    )
    def test_says_which_field_is_wrong(
        self, api: Api, creator: Creator, space: Space, change: dict[str, Any], field: str
    ) -> None:
        answer = api(creator.user).put(url(space, "offer"), {"amount": 500, "seats": 2} | change)
        assert field in refused(answer, 400, "invalid")["fields"]
        assert not Offer.objects.exists()

    def test_fees(self, api: Api, creator: Creator, outsider: User) -> None:
        answer = api(creator.user).get("/api/v1/ticket-fees/?amount=1000")
        assert answer.json() == {
            "amount": 1000,
            "currency": "usd",
            "platform_fee": 30,
            "card_fee": 59,
            "host_amount": 911,
        }
        for amount in ("", "5.5", "99", "9" * 30, "-5"):
            refused(api(creator.user).get("/api/v1/ticket-fees/", {"amount": amount}), 400, "invalid")
        refused(api(outsider).get("/api/v1/ticket-fees/?amount=500"), 403, "ticket.selling_not_granted")


class TestBuying:
    """/spaces/{id}/orders/, /orders/, /tickets/, /spaces/{id}/waitlist/"""

    def test_from_the_hold_to_the_room(
        self, api: Api, till: Till, offer: Offer, outsider: User, sent: Any, committed: Any
    ) -> None:
        client = api(outsider)
        host = offer.seller.user
        with committed():
            space_start_scheduled(space=offer.space, by=host, now=offer.space.scheduled_at or timezone.now())
        join = f"/api/v1/spaces/{offer.space_id}/join/"
        answer = client.post(join)
        assert answer.status_code == 402
        body = answer.json()
        assert (body["code"], body["ticket"]["price"], body["ticket"]["on_sale"]) == (
            "ticket.required",
            "$5.00",
            True,
        )
        refused_guest = api(None).post(f"/api/v1/spaces/{offer.space_id}/guest-join/")
        assert refused_guest.status_code in (402, 403)
        first, again = client.post(url(offer, "orders")), client.post(url(offer, "orders"))
        assert first.status_code == 201
        assert first.json() == again.json()
        order = first.json()
        assert order["checkout_url"].startswith(till.stripe.url)
        assert client.get(url(offer, "offer")).json()["order"] == order["id"]
        till.paid_there(Order.objects.get())
        sent.clear()
        with committed():
            paid = client.get(f"/api/v1/orders/{order['id']}/").json()
        assert (paid["state"], paid["checkout_url"], paid["held_until"]) == ("paid", None, None)
        assert [one["reason"] for one in sent.of("ticket.changed")] == ["paid"]
        assert client.get(url(offer, "offer")).json()["me"] == "mine"
        refused(client.post(url(offer, "orders")), 409, "ticket.already_yours")
        assert client.get("/api/v1/orders/").json()["results"] == [paid]
        assert client.get("/api/v1/tickets/").json()["results"][0]["order"] == order["id"]
        assert client.post(join).status_code == 200
        assert client.get(url(offer, "offer")).json()["ticket"] == str(Ticket.objects.get().pk)

    def test_giving_back_and_waiting(
        self, api: Api, till: Till, offer: Offer, buyers: Any, sent: Any, committed: Any
    ) -> None:
        first, second, third = (api(one) for one in buyers(3))
        order = first.post(url(offer, "orders")).json()["id"]
        refused(third.put(url(offer, "waitlist")), 409, "waitlist.seats_free")
        second.post(url(offer, "orders"))
        refused(third.post(url(offer, "orders")), 409, "ticket.sold_out")
        for _ in range(2):
            waiting = third.put(url(offer, "waitlist")).json()
            assert (waiting["me"], waiting["position"]) == ("waiting", 1)
        sent.clear()
        with committed():
            given = first.delete(f"/api/v1/orders/{order}/").json()
        assert (given["state"], given["checkout_url"]) == ("expired", None)
        assert {one["reason"] for one in sent.of("ticket.changed")} == {"released", "offered"}
        assert first.delete(f"/api/v1/orders/{order}/").json() == given
        kept = third.get(url(offer, "offer")).json()
        assert (kept["me"], kept["position"]) == ("kept", 0)
        assert kept["kept_until"]
        refused(first.post(url(offer, "orders")), 409, "ticket.sold_out")
        assert third.post(url(offer, "orders")).status_code == 201
        for _ in range(2):
            assert third.delete(url(offer, "waitlist")).status_code == 204

    def test_when_stripe_is_down_slow_or_refuses(
        self, api: Api, till: Till, offer: Offer, outsider: User, settings: Any, limit: Callable[..., None]
    ) -> None:
        limit("ticket.hold")
        settings.STRIPE_TIMEOUT_SECONDS = 0.3
        client = api(outsider)
        for fault in ({"how": "down"}, {"how": "slow", "seconds": 1}, {"how": "lost"}, {"how": "limited"}):
            till.stripe.faults(fault | {"path": "checkout", "times": 1})
            refused(client.post(url(offer, "orders")), 503, "payment.unavailable")
        # The same key: what had been made there is what comes back, once Stripe is done with the slow call.
        till.stripe.faults()
        answers = []

        def answered() -> bool:
            answers.append(client.post(url(offer, "orders")))
            return answers[-1].status_code != 503

        wait_until(answered, "the slow call is over", 10)
        made = answers[-1]
        assert made.status_code == 201
        assert Order.objects.count() == 1
        till.stripe.faults({"how": "down"})
        refused(client.get(f"/api/v1/orders/{made.json()['id']}/"), 503, "payment.unavailable")

    def test_transfer(
        self, api: Api, till: Till, offer: Offer, outsider: User, listener: User, sent: Any, committed: Any
    ) -> None:
        till.buy(offer, outsider)
        ticket = Ticket.objects.get()
        path = f"/api/v1/tickets/{ticket.pk}/transfer/"
        refused(api(listener).post(path, {"handle": "a_listener"}), 404, "ticket.not_found")
        refused(api(outsider).post(path, {"handle": "\x00"}), 400, "invalid")
        refused(api(outsider).post(path, {"handle": "nobody_here"}), 404, "not_found")
        refused(api(outsider).post(path, {"handle": "an_outsider"}), 400, "invalid")
        refused(api(outsider).post(path, {"handle": ["a"]}), 400, "invalid")
        sent.clear()
        with committed():
            assert api(outsider).post(path, {"handle": "@a_listener"}).status_code == 204
        assert {one["reason"] for one in sent.of("ticket.changed")} == {"passed_on", "given"}
        row = api(listener).get("/api/v1/tickets/").json()["results"][0]
        assert (row["id"], row["order"], row["may_transfer"]) == (str(ticket.pk), None, True)
        assert api(outsider).get("/api/v1/tickets/").json()["results"] == []

    def test_is_only_for_whom_it_belongs_to(
        self, api: Api, till: Till, offer: Offer, outsider: User, listener: User
    ) -> None:
        order = api(outsider).post(url(offer, "orders")).json()["id"]
        for client, status, code in (
            (api(None), 401, "not_signed_in"),
            (api(listener), 404, "order.not_found"),
        ):
            refused(client.get(f"/api/v1/orders/{order}/"), status, code)
            refused(client.delete(f"/api/v1/orders/{order}/"), status, code)
        for path in ("orders", "waitlist", "tips"):
            assert api(None).post(url(offer, path)).status_code in (401, 405)
        refused(
            api(outsider).post(f"/api/v1/tickets/{2**70}/transfer/", {"handle": "a"}), 404, "ticket.not_found"
        )
        assert api(outsider).get("/api/v1/orders/?cursor=x").status_code == 400

    def test_lists_cost_the_same_for_many(
        self,
        api: Api,
        till: Till,
        host: User,
        outsider: User,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = api(outsider)
        for number in range(3):
            till.buy(offered(scheduled(host, now, hours=number + 1), seats=2), outsider)
            client.get("/api/v1/orders/")
            for path in ("/api/v1/orders/", "/api/v1/tickets/"):
                # Session, user, rows.
                with django_assert_num_queries(3):
                    assert len(client.get(path).json()["results"]) == number + 1


class TestTips:
    """/users/{handle}/tips/, /tips/, /spaces/{id}/tips/"""

    @pytest.fixture
    def taker(self, creator: Creator, till: Till) -> Creator:
        """The host takes tips."""
        creator.tips_enabled = True
        creator.save()
        return creator

    def test_in_a_space(
        self, api: Api, taker: Creator, till: Till, space: Space, outsider: User, sent: Any, committed: Any
    ) -> None:
        with committed():
            space_start_scheduled(space=space, by=taker.user, now=space.scheduled_at or timezone.now())
        client, path = api(outsider), f"/api/v1/users/{taker.user.handle}/tips/"
        assert client.get(url(space, "tips")).json()["takers"] == [
            {"id": str(taker.user_id), "currency": "usd"}
        ]
        prices = client.get(f"{path}?amount=500").json()
        # Of 5.46 the card takes 2.9% and 30 cents: 46.
        asked = prices["asked"]
        assert (asked["amount"], asked["card_fee"], asked["total_words"]) == (500, 46, "$5.46")
        given = []
        for unnamed in (False, True):
            made = client.post(path, {"amount": 500, "space_id": str(space.pk), "unnamed": unnamed})
            assert made.status_code == 201, made.content
            given.append(made.json())
            till.paid_there(Tip.objects.get(pk=made.json()["id"]))
            with committed():
                paid = client.get(f"/api/v1/tips/{made.json()['id']}/").json()
            assert (paid["state"], paid["checkout_url"], paid["total"]) == ("paid", None, 546)
        named, unnamed = sent.of("tip.received")
        assert named["by"]["handle"] == outsider.handle
        assert (unnamed["by"], unnamed["to"]["handle"]) == (None, taker.user.handle)
        thanks = client.get(url(space, "tips")).json()["thanks"]
        assert [one["by"] and one["by"]["handle"] for one in thanks] == [outsider.handle, None]
        assert [one["id"] for one in client.get("/api/v1/tips/").json()["results"]] == [
            one["id"] for one in reversed(given)
        ]

    def test_refusals(self, api: Api, taker: Creator, space: Space, outsider: User, listener: User) -> None:
        client, path = api(outsider), f"/api/v1/users/{taker.user.handle}/tips/"
        for amount in (99, 50_001, -5, 5.5, "x", 2**70, None):
            assert "amount" in refused(client.post(path, {"amount": amount}), 400, "invalid")["fields"]
        for amount in ("99", "1.5", "9" * 30):
            refused(client.get(path, {"amount": amount}), 400, "invalid")
        assert (
            "message"
            in refused(client.post(path, {"amount": 500, "message": "x" * 141}), 400, "invalid")["fields"]
        )
        refused(client.post(path, {"amount": 500, "space_id": "x"}), 400, "invalid")
        refused(client.get(f"/api/v1/users/{listener.handle}/tips/"), 409, "tip.off")
        refused(client.post(f"/api/v1/users/{listener.handle}/tips/", {"amount": 500}), 409, "tip.off")
        refused(api(taker.user).post(path, {"amount": 500}), 400, "tip.self")
        # Somebody else's Space is no place to tip this host.
        other = CreatorFactory(user=UserFactory(handle="other"), tips_enabled=True).user
        body = {"amount": 500, "space_id": str(space.pk)}
        refused(client.post(f"/api/v1/users/{other.handle}/tips/", body), 409, "tip.off")
        refused(api(None).post(path, {"amount": 500}), 401, "not_signed_in")
