"""How creators and their earnings look in the API. Amounts are minor units (cents) beside a currency."""

from typing import Any

from rest_framework import serializers

from accounts.api.serializers import PersonSerializer
from tickets.account_words import AccountState
from tickets.models import CreatorApplication, LedgerTransaction, Refund, Tip

_ACCOUNT_STATES = {
    AccountState.NONE: "None yet",
    AccountState.INCOMPLETE: "Begun, and not finished",
    AccountState.REVIEW: "Stripe is checking it",
    AccountState.RESTRICTED: "Stripe wants to know more",
    AccountState.REJECTED: "Closed by Stripe",
    AccountState.READY: "I can be paid",
}
_SALE_STATES = {
    "paid": "Paid",
    "refunding": "Being paid back",
    "part_refunded": "Paid back in part",
    "refunded": "Paid back",
    "disputed": "The buyer's bank has taken it back",
}


class ChecklistSerializer(serializers.Serializer[Any]):
    """What it takes to apply, beside being 18 or over."""

    followers = serializers.IntegerField()
    followers_needed = serializers.IntegerField()
    spaces = serializers.IntegerField(help_text="Spaces I have hosted in the last `days` days.")
    spaces_needed = serializers.IntegerField()
    days = serializers.IntegerField()
    is_met = serializers.BooleanField()


class ApplicationSerializer(serializers.Serializer[Any]):
    """An application to sell tickets."""

    state = serializers.ChoiceField(CreatorApplication.State.choices)
    applied_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="What staff say to it.")


class AccountSerializer(serializers.Serializer[Any]):
    """My account at Stripe."""

    state = serializers.ChoiceField(list(_ACCOUNT_STATES.items()))
    can_be_paid = serializers.BooleanField(help_text="Whether Stripe takes payments for me.")
    wanted = serializers.ListField(
        child=serializers.CharField(), help_text="What Stripe asks me for, in words."
    )
    why = serializers.CharField(allow_blank=True, help_text="Why it is restricted, in words.")
    deadline = serializers.DateTimeField(allow_null=True, help_text="Until when Stripe waits for it.")


class CreatorSerializer(serializers.Serializer[Any]):
    """What I am as a creator."""

    is_open = serializers.BooleanField(help_text="Whether tickets are open to me at all.")
    may_sell = serializers.BooleanField(help_text="Whether staff let me sell.")
    may_apply = serializers.BooleanField()
    refusal = serializers.CharField(
        allow_null=True, help_text="The code with which an application would be refused."
    )
    apply_again_at = serializers.DateTimeField(allow_null=True)
    checklist = ChecklistSerializer()
    application = ApplicationSerializer(allow_null=True, help_text="My latest one.")
    account = AccountSerializer()
    tips_enabled = serializers.BooleanField()
    currency = serializers.CharField()
    currencies = serializers.ListField(
        child=serializers.CharField(), help_text="Those to choose from; only the own one once it is fixed."
    )
    is_stand_in = serializers.BooleanField(help_text="No real money moves on this server.")


class CreatorChangeSerializer(serializers.Serializer[Any]):
    """What a creator chooses; what is left out stays."""

    tips_enabled = serializers.BooleanField(required=False)
    currency = serializers.CharField(max_length=10, required=False)


class ApplySerializer(serializers.Serializer[Any]):
    """An application."""

    is_adult = serializers.BooleanField(help_text="That I am 18 or over.")


class StripePageSerializer(serializers.Serializer[Any]):
    """A page of Stripe's for me, to be opened in a browser at once: it works once, and for minutes."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class FiguresSerializer(serializers.Serializer[Any]):
    """What moved. What went off is a positive number."""

    sold = serializers.IntegerField(help_text="Tickets sold.")
    sales = serializers.IntegerField(help_text="What they were sold for.")
    platform_fees = serializers.IntegerField(help_text="Kept of it by this site.")
    card_fees = serializers.IntegerField(help_text="Kept of it for the cards.")
    tips = serializers.IntegerField()
    refunded = serializers.IntegerField(help_text="Paid back of what was mine.")
    paid_back = serializers.IntegerField(help_text="Paid back in all; the rest came from the fees.")
    disputed = serializers.IntegerField(help_text="Taken back by buyers' banks, of what was mine.")
    adjusted = serializers.IntegerField(help_text="Anything else; negative where it went off.")
    earned = serializers.IntegerField(help_text="What is mine of all that.")
    paid_out = serializers.IntegerField(help_text="To my bank.")


class StatementSerializer(serializers.Serializer[Any]):
    """One currency: `opening` + `figures.earned` - `figures.paid_out` = `closing`."""

    currency = serializers.CharField()
    opening = serializers.IntegerField(help_text="My balance before the month; 0 for all time.")
    figures = FiguresSerializer()
    closing = serializers.IntegerField(help_text="My balance after it.")


class ProgressSerializer(serializers.Serializer[Any]):
    """How much is sold at the better share."""

    sold = serializers.IntegerField()
    until = serializers.IntegerField()
    left = serializers.IntegerField()
    share = serializers.CharField(help_text="Mine until then, in per cent.")
    share_after = serializers.CharField()


class EarningsSerializer(serializers.Serializer[Any]):
    """My earnings."""

    month = serializers.CharField(allow_blank=True)
    statements = StatementSerializer(many=True, help_text="My own currency first.")
    progress = ProgressSerializer(allow_null=True)


class SpaceEarningsSerializer(serializers.Serializer[Any]):
    """What the tickets to one Space brought."""

    space = serializers.UUIDField()
    title = serializers.CharField()
    amount = serializers.IntegerField(help_text="The price of a ticket.")
    currency = serializers.CharField()
    seats = serializers.IntegerField()
    seats_taken = serializers.IntegerField()
    figures = FiguresSerializer()


class TierSerializer(serializers.Serializer[Any]):
    """A part of the price, and the share of it that this site keeps."""

    amount = serializers.IntegerField()
    fee_percent = serializers.CharField(help_text="Such as 3%.")


class SaleSerializer(serializers.Serializer[Any]):
    """One ticket sold."""

    id = serializers.UUIDField()
    space = serializers.UUIDField()
    title = serializers.CharField()
    buyer = PersonSerializer()
    paid_at = serializers.DateTimeField()
    state = serializers.ChoiceField(list(_SALE_STATES.items()))
    amount = serializers.IntegerField(help_text="The price.")
    currency = serializers.CharField()
    tiers = TierSerializer(many=True, help_text="How the fee of this site comes about.")
    figures = FiguresSerializer()
    refundable = serializers.IntegerField(help_text="What can still be paid back.")


class EarningsLineSerializer(serializers.Serializer[Any]):
    """One line of my account: `gross` + `platform_fee` + `card_fee` = `net`, by which my balance changed."""

    id = serializers.CharField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(LedgerTransaction.Kind.choices)
    title = serializers.CharField(allow_blank=True, help_text="Of the Space it is about.")
    sale = serializers.CharField(allow_blank=True, help_text="The id of the sale or tip it is about.")
    currency = serializers.CharField()
    gross = serializers.IntegerField()
    platform_fee = serializers.IntegerField()
    card_fee = serializers.IntegerField()
    net = serializers.IntegerField()
    reference = serializers.CharField()


class SaleRefundCreateSerializer(serializers.Serializer[Any]):
    """How much goes back."""

    amount = serializers.IntegerField(
        default=None, allow_null=True, help_text="In minor units; left out: all that is left."
    )


class SaleRefundSerializer(serializers.Serializer[Any]):
    """Money on its way back to a buyer."""

    id = serializers.UUIDField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    state = serializers.ChoiceField(Refund.State.choices)
    reason = serializers.ChoiceField(Refund.Reason.choices)
    requested_at = serializers.DateTimeField()


class TipReceivedSerializer(serializers.Serializer[Any]):
    """A tip to me."""

    id = serializers.UUIDField()
    sender = PersonSerializer(allow_null=True, help_text="Null for somebody who wants to be unnamed.")
    space = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(Tip.State.choices)
    amount = serializers.IntegerField(help_text="All of it is mine.")
    currency = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    paid_at = serializers.DateTimeField()


class PayoutSerializer(serializers.Serializer[Any]):
    """A payout to my bank."""

    id = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()
    status = serializers.CharField(help_text="Stripe's word: pending, in_transit, paid, failed, canceled.")
    failure = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    arrives_at = serializers.DateTimeField(allow_null=True)
