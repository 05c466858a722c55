"""Amounts in templates."""

from datetime import datetime

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets import amounts
from tickets.models import Refund

register = template.Library()


@register.filter
def money(amount: int, currency: str) -> str:
    """Minor units of a currency in words: "$5.00"."""
    return amounts.money(amount, currency)


@register.filter
def time_left(until: datetime, now: datetime) -> str:
    """How long something is kept: "14:32", "1:02:03". The client counts on from it."""
    minutes, seconds = divmod(max(0, int((until - now).total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


_BACK_WORDS = {
    Refund.Reason.CANCELLED: _("The Space was cancelled."),
    Refund.Reason.NOT_STARTED: _("The Space did not start in time."),
    Refund.Reason.ENDED_BY_STAFF: _("The moderators have ended the Space."),
    Refund.Reason.LATE_PAYMENT: _("Your payment came when the seat was gone."),
    Refund.Reason.DUPLICATE: _("You had a ticket already: this was paid twice."),
    Refund.Reason.HOST: _("The host pays you back."),
    Refund.Reason.STAFF: _("The people who run this site pay you back."),
}


@register.filter
def refund_words(refund: Refund) -> str:
    """Why money goes back to a buyer, how much, and when."""
    order = refund.order
    sum_ = amounts.money(refund.amount, order.currency if order else "")
    if refund.state == Refund.State.SUCCEEDED:
        when = gettext("{amount} are on their way to your card; that can take up to 10 days.")
    else:
        when = gettext("{amount} go back to your card by themselves.")
    return f"{_BACK_WORDS[Refund.Reason(refund.reason)]} {when.format(amount=sum_)}"
