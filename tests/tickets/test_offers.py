"""What a host sells: who may, what can be changed when, and who gets in free."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Block
from flags.models import FeatureFlag
from flags.selectors import forget
from moderation.errors import SellingWithdrawn
from moderation.models import Decision, Sanction
from rooms.models import Participation
from spaces_project.lib.errors import Invalid
from tests.rooms.ahead import scheduled
from tests.rooms.announced import closed, on_air
from tickets.errors import (
    AccountNotReady,
    NotOnSale,
    NotYourOffer,
    OfferSold,
    OfferTooLate,
    PriceFixed,
    SeatsOnlyGrow,
    SellingNotGranted,
)
from tickets.models import Offer, WaitlistEntry
from tickets.services.offers import guests_set, offer_close, offer_remove, offer_set
from tickets.services.orders import order_hold, order_release
from tickets.services.waitlist import waitlist_join
from tickets.stripe.errors import PaymentsOff

pytestmark = pytest.mark.django_db


def sell(space, *, now, **more):
    """Ten seats at 5.00, unless said otherwise."""
    return offer_set(space=space, now=now, **({"by": space.host, "amount": 500, "seats": 10} | more))


@pytest.fixture
def key(settings):
    """Payments are set up."""
    settings.STRIPE_API_KEY = "sk_test_1"


@pytest.mark.usefixtures("key")
class TestSetUp:
    """Before anything is sold."""

    def test_a_space_becomes_a_ticketed_one(self, space, creator, now, listener):
        offer = sell(space, now=now, guests=["@A_Listener", "a_listener", " "], includes_replay=False)
        assert (offer.amount, offer.currency, offer.seats, offer.seller) == (500, "usd", 10, creator)
        assert [guest.user for guest in offer.guests.all()] == [listener]
        offer = sell(space, now=now, amount=99_900, seats=1, guests=[])
        assert (offer.amount, offer.seats, offer.guests.count()) == (99_900, 1, 0)
        assert Offer.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"amount": 99}, "amount"),
            ({"amount": 99_901}, "amount"),
            ({"amount": -500}, "amount"),
            ({"amount": 5.5}, "amount"),
            ({"seats": 0}, "seats"),
            ({"seats": 100_001}, "seats"),
            ({"seats": 10**30}, "seats"),
            ({"guests": ["nobody_here"]}, "guests"),
            ({"guests": ["the_host"]}, "guests"),
            ({"guests": ["\x00"]}, "guests"),
            ({"guests": [f"g{n}" for n in range(201)]}, "guests"),
        ],
    )
    def test_what_is_at_fault(self, space, now, fields, at_fault):
        with pytest.raises(Invalid) as refusal:
            sell(space, now=now, **fields)
        assert list(refusal.value.fields) == [at_fault]
        assert not Offer.objects.exists()

    def test_a_sale_that_closes_before_it_opens(self, space, now):
        with pytest.raises(Invalid):
            sell(space, now=now, sale_opens_at=now, sale_closes_at=now)

    def test_who_may_not(self, space, creator, now, outsider, settings):
        with pytest.raises(NotYourOffer):
            sell(space, by=outsider, now=now)
        creator.charges_enabled = False
        creator.save()
        with pytest.raises(AccountNotReady):
            sell(space, now=now)
        decision = Decision.objects.create(act="withdraw_selling", person=space.host, reason="Fraud.")
        Sanction.objects.create(person=space.host, kind="no_selling", decision=decision)
        with pytest.raises(SellingWithdrawn):
            sell(space, now=now)
        creator.selling_withdrawn_at = now
        creator.save()
        with pytest.raises(SellingNotGranted):
            sell(space, now=now)
        settings.STRIPE_API_KEY = ""
        with pytest.raises(PaymentsOff):
            sell(space, now=now)

    def test_the_roll_out(self, space, creator, now):
        FeatureFlag.objects.filter(name="tickets").update(share=0)
        forget()
        with pytest.raises(SellingNotGranted):
            sell(space, now=now)

    def test_a_space_that_has_started_or_is_over(self, space, creator, now):
        on_air(space, now)
        with pytest.raises(OfferTooLate):
            sell(space, now=now)
        other = closed(scheduled(space.host, now), "cancelled", now)
        with pytest.raises(OfferTooLate):
            sell(other, now=now)

    def test_free_again(self, space, creator, now, outsider):
        offer = sell(space, now=now)
        with pytest.raises(NotYourOffer):
            offer_remove(offer=offer, by=outsider)
        offer_remove(offer=offer, by=space.host)
        assert not Offer.objects.exists()


def test_once_a_seat_is_held_or_sold(till, offer, space, listener, buyers, host):
    order = order_hold(offer=offer, buyer=listener, now=till.now)
    with pytest.raises(PriceFixed):
        sell(space, now=till.now, amount=600, seats=2)
    order_release(order=order, now=till.now)
    assert sell(space, now=till.now, amount=600, seats=1).seats == 1
    till.buy(Offer.objects.get(), listener)
    for fields, refusal in (({"amount": 500}, PriceFixed), ({"amount": 601, "seats": 2}, PriceFixed)):
        with pytest.raises(refusal):
            sell(space, now=till.now, **({"amount": 600, "seats": 1} | fields))
    sell(space, now=till.now, amount=600, seats=3)
    with pytest.raises(SeatsOnlyGrow):
        sell(space, now=till.now, amount=600, seats=2)
    with pytest.raises(OfferSold):
        offer_remove(offer=Offer.objects.get(), by=host)


def test_new_seats_are_for_those_who_wait(till, offer, space, buyers):
    one, two, three, four = buyers(4)
    till.buy(offer, one)
    till.buy(offer, two)
    for person in (three, four):
        waitlist_join(offer=offer, user=person, now=till.now)
    # Also while it is live.
    on_air(space, till.now)
    offer = sell(space, now=till.now, seats=5)
    assert WaitlistEntry.objects.filter(state="offered").count() == 2
    offer.refresh_from_db()
    assert offer.seats_taken == 4


def test_closed_and_open_again(till, offer, space, host, listener, outsider):
    with pytest.raises(NotYourOffer):
        offer_close(offer=offer, by=outsider, now=till.now)
    for _ in range(2):
        closed_now = offer_close(offer=offer, by=host, now=till.now)
    closed_now = Offer.objects.select_related("space", "seller__user").get()
    with pytest.raises(NotOnSale):
        order_hold(offer=closed_now, buyer=listener, now=till.now)
    offer = sell(space, now=till.now, seats=2)
    assert order_hold(offer=offer, buyer=listener, now=till.now)


def test_the_seller_loses_the_right_and_nothing_is_sold(till, offer, host, listener):
    decision = Decision.objects.create(act="withdraw_selling", person=host, reason="Fraud.")
    Sanction.objects.create(
        person=host, kind="no_selling", decision=decision, until=timezone.now() + timedelta(days=1)
    )
    with pytest.raises(NotOnSale):
        order_hold(offer=offer, buyer=listener, now=till.now)


def test_the_list_of_guests(offer, host, listener, outsider, speaker, now):
    guests_set(offer=offer, by=host, handles=["a_listener", "a_speaker"], now=now)
    guests_set(offer=offer, by=host, handles=["a_speaker"], now=now)
    assert [guest.user for guest in offer.guests.all()] == [speaker]
    Block.objects.create(owner=outsider, person=host)
    with pytest.raises(Invalid):
        guests_set(offer=offer, by=host, handles=["an_outsider"], now=now)
    with pytest.raises(NotYourOffer):
        guests_set(offer=offer, by=listener, handles=[], now=now)
    assert not Participation.objects.filter(user=speaker).exists()
