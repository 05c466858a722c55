"""What can go wrong with Stripe, with stable codes. Whoever calls decides what it means for an order."""

from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import SpacesError


class PaymentsOff(SpacesError):
    """There is no key: nothing is sold here."""

    code = "payment.off"
    status = 503
    message = _("Nothing is sold here for now: payments are not set up.")


class StripeUnavailable(SpacesError):
    """No answer, or none of use (time-out, 5xx, a rate limit, the same key under way): try again with the same key."""

    code = "payment.unavailable"
    status = 503
    message = _(
        "The payment service does not answer right now. Nothing is charged twice: try again in a moment."
    )


class StripeRefused(SpacesError):
    """Stripe understood and said no: the same again is refused again.

    `stripe_code` is its code ("charge_already_refunded", "" if none) and `words` its sentence: for staff, not for buyers.
    """

    code = "payment.refused"
    status = 502
    message = _("The payment service refused this.")

    def __init__(self, words: str = "", *, stripe_code: str = "", status: int = 400) -> None:
        super().__init__()
        self.words = words
        self.stripe_code = stripe_code
        self.stripe_status = status

    @property
    def is_missing(self) -> bool:
        """Whether there is no such object at Stripe."""
        return self.stripe_code == "resource_missing" or self.stripe_status == 404

    def __str__(self) -> str:
        return f"{self.stripe_code or self.stripe_status}: {self.words}"


class CardRefused(StripeRefused):
    """The card was refused, by its bank or by Stripe."""

    code = "payment.card_refused"
    status = 402
    message = _("The card was refused. Nothing was charged: try another card.")
