"""What the demo has of tickets: somebody sells, and a stand-in is there to be paid by."""

from datetime import timedelta

import pytest

from tickets.demo import seed
from tickets.models import Creator, Offer
from tickets.services.orders import order_hold

pytestmark = pytest.mark.django_db


def test_the_demo_host_sells_a_ticket(stripe_server, host, listener, now):
    for _ in range(2):
        seed(host=host, now=now)
    offer = Offer.objects.get()
    assert offer.seller.can_be_paid
    assert offer.seller.tips_enabled
    assert (offer.amount, offer.seats) == (500, 20)
    assert order_hold(offer=offer, buyer=listener, now=now).checkout_url.startswith(stripe_server.url)


def test_after_the_stand_in_has_lost_its_memory_it_sells_again(stripe_server, host, listener, now):
    seed(host=host, now=now)
    stripe_server.tell("reset")
    seed(host=host, now=now + timedelta(days=1))
    assert order_hold(offer=Offer.objects.get(), buyer=listener, now=now).checkout_url


def test_with_the_real_stripe_nobody_is_made_a_seller(settings, host, now):
    settings.STRIPE_IS_STAND_IN = False
    seed(host=host, now=now)
    assert not Creator.objects.exists()


def test_without_an_answer_there_is_just_nothing_on_sale(stripe_server, settings, host, now):
    settings.STRIPE_RETRIES = 0
    stripe_server.faults({"how": "down"})
    seed(host=host, now=now)
    assert not Offer.objects.exists()
