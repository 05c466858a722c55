"""How offers, orders, tickets and tips look in the API. Amounts are minor units (cents) beside a currency."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from tickets.models import Order, Ticket, Tip

_STANDINGS = {
    "selling": "I sell these tickets",
    "free": "I get in without a ticket",
    "mine": "I have a ticket",
    "held": "A seat is held while I pay: `order`, `held_until`",
    "kept": "A seat is kept for me: `kept_until`",
    "waiting": "I wait for a seat: `position`",
    "buy": "I can buy a ticket",
    "sold_out": "No seat is left; I can wait for one",
    "not_yet": "The sale has not begun",
    "closed": "Nothing is sold any more",
    "off": "Nothing is sold on this server for now",
}


class BoughtSpaceSerializer(serializers.Serializer[Any]):
    """The Space that a ticket is for, also where its host and I block each other."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField(help_text="scheduled, live, ended, cancelled or expired.")
    host = PersonSerializer()
    url = serializers.CharField(help_text="Its page on this site.")
    scheduled_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class SalesSerializer(serializers.Serializer[Any]):
    """How the sale stands."""

    sold = serializers.IntegerField()
    held = serializers.IntegerField(help_text="Being paid for.")
    kept = serializers.IntegerField(help_text="Kept for people of the waitlist.")
    waiting = serializers.IntegerField()


class OfferSerializer(serializers.Serializer[Any]):
    """Tickets to a Space, and what I am to it."""

    space = serializers.UUIDField()
    amount = serializers.IntegerField(help_text="The price, in minor units.")
    currency = serializers.CharField(help_text="ISO 4217, lower case.")
    price = serializers.CharField(help_text="The price in words.")
    seats = serializers.IntegerField()
    seats_left = serializers.IntegerField()
    few_left = serializers.IntegerField(help_text="`seats_left` where these are few, else 0.")
    on_sale = serializers.BooleanField(help_text="Whether seats can be bought now, sold out or not.")
    sale_opens_at = serializers.DateTimeField(allow_null=True)
    sale_closes_at = serializers.DateTimeField(allow_null=True, help_text="Null: at the end of the Space.")
    includes_replay = serializers.BooleanField()
    me = serializers.ChoiceField(list(_STANDINGS.items()))
    ticket = serializers.CharField(allow_null=True, help_text="My ticket.")
    order = serializers.UUIDField(allow_null=True, help_text="My order that waits for its payment.")
    held_until = serializers.DateTimeField(allow_null=True)
    position = serializers.IntegerField(allow_null=True, help_text="My place in the waitlist: 1 is next.")
    kept_until = serializers.DateTimeField(allow_null=True)
    sales = SalesSerializer(allow_null=True, help_text="Null but for who sells.")
    is_stand_in = serializers.BooleanField(help_text="No real money moves on this server.")


class OfferSetSerializer(serializers.Serializer[Any]):
    """What is to be sold. The service checks it; here only its kinds."""

    amount = serializers.IntegerField(help_text="The price in minor units, 100 to 99900.")
    currency = serializers.CharField(
        max_length=10, default="", allow_blank=True, help_text="The seller's; may be left out."
    )
    seats = serializers.IntegerField(help_text="1 to 100000.")
    sale_opens_at = serializers.DateTimeField(default=None, allow_null=True)
    sale_closes_at = serializers.DateTimeField(default=None, allow_null=True)
    includes_replay = serializers.BooleanField(default=True)
    guests = serializers.ListField(
        child=serializers.CharField(max_length=100),
        max_length=1000,
        default=None,
        allow_null=True,
        help_text="Handles of all who get in free; left out, they stay as they are.",
    )


class FeesSerializer(serializers.Serializer[Any]):
    """What a ticket would bring its host."""

    amount = serializers.IntegerField()
    currency = serializers.CharField()
    platform_fee = serializers.IntegerField(help_text="Our share.")
    card_fee = serializers.IntegerField(help_text="About what the card costs.")
    host_amount = serializers.IntegerField(help_text="What is left for the host.")


class OrderSerializer(serializers.Serializer[Any]):
    """A seat that is held for me while I pay, or that I have paid for."""

    id = serializers.UUIDField()
    space = BoughtSpaceSerializer()
    state = serializers.ChoiceField(Order.State.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    refunded_amount = serializers.IntegerField()
    held_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the seat is held; null when it is not (any more)."
    )
    paid_at = serializers.DateTimeField(allow_null=True)
    has_seat = serializers.BooleanField(help_text="Whether it gives, or would give, a seat.")
    checkout_url = serializers.CharField(
        allow_null=True, help_text="While it is held: the page to pay on, in a browser."
    )


class TicketSerializer(serializers.Serializer[Any]):
    """A ticket that I hold."""

    id = serializers.CharField()
    space = BoughtSpaceSerializer()
    state = serializers.ChoiceField(Ticket.State.choices)
    issued_at = serializers.DateTimeField()
    order = serializers.UUIDField(allow_null=True, help_text="My order; null for a ticket I was given.")
    may_transfer = serializers.BooleanField(help_text="Whether it can be passed on: until the Space starts.")


class TransferSerializer(serializers.Serializer[Any]):
    """To whom."""

    handle = serializers.CharField(max_length=100)


class TipPriceSerializer(serializers.Serializer[Any]):
    """What a tip costs."""

    amount = serializers.IntegerField(help_text="What they get: all of it.")
    card_fee = serializers.IntegerField(help_text="What the card costs, on top.")
    total = serializers.IntegerField(help_text="What I pay.")
    amount_words = serializers.CharField()
    card_fee_words = serializers.CharField()
    total_words = serializers.CharField()


class TipPricesSerializer(serializers.Serializer[Any]):
    """How much one can give."""

    currency = serializers.CharField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    choices = TipPriceSerializer(many=True, help_text="Amounts to choose from.")
    asked = TipPriceSerializer(allow_null=True, help_text="What `?amount=` costs; null for none.")
    message_max = serializers.IntegerField()
    is_stand_in = serializers.BooleanField(help_text="No real money moves on this server.")


class TipStartSerializer(serializers.Serializer[Any]):
    """A tip to give. The service checks it; here only its kinds."""

    amount = serializers.IntegerField(help_text="In minor units, 100 to 50000.")
    space_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="The Space it is given in, which is then told."
    )
    unnamed = serializers.BooleanField(default=False, help_text="Nobody is told from whom it is.")
    message = serializers.CharField(max_length=5000, default="", allow_blank=True)


class TipSerializer(serializers.Serializer[Any]):
    """A tip of mine."""

    id = serializers.UUIDField()
    to = PersonSerializer()
    state = serializers.ChoiceField(Tip.State.choices)
    amount = serializers.IntegerField()
    card_fee = serializers.IntegerField()
    total = serializers.IntegerField()
    currency = serializers.CharField()
    unnamed = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    checkout_url = serializers.CharField(
        allow_null=True, help_text="While it is not paid: the page to pay on."
    )


class TakerSerializer(serializers.Serializer[Any]):
    """Somebody on stage who takes tips."""

    id = serializers.CharField()
    currency = serializers.CharField()


class ThanksSerializer(serializers.Serializer[Any]):
    """What the room was told of a tip."""

    id = serializers.UUIDField()
    by = PersonSerializer(allow_null=True, help_text="Null for somebody who wants to be unnamed.")
    to = PersonSerializer()
    at = serializers.DateTimeField()


class SpaceTipsSerializer(serializers.Serializer[Any]):
    """Tips in a Space."""

    takers = TakerSerializer(many=True)
    thanks = ThanksSerializer(many=True, help_text="The last ones of this hour, the oldest first.")
