"""What creators and finance are told of disputes, payouts and accounts. Call it in the transaction."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from social.models import Kind
from spaces_project.lib.languages import written_to
from tickets.amounts import money
from tickets.links import DISPUTES_DESK, EARNINGS, RECONCILIATION_DESK
from tickets.models import Creator, Dispute, Payout, ReconciliationRun
from tickets.services.telling import tell


@written_to(lambda dispute, creator, **_rest: creator.user)
def tell_dispute(dispute: Dispute, creator: Creator, *, now: datetime) -> None:
    """Somebody's bank has taken money back, asks to, or has decided: the creator hears of each, and finance of new ones."""
    amount = money(dispute.host_amount or dispute.amount, dispute.currency)
    if dispute.status == "won":
        line = _("A dispute was decided for you")
        text = _("{amount} are yours again.").format(amount=amount)
    elif dispute.status == "lost":
        line = _("A dispute was decided against you")
        text = _("The buyer’s bank keeps {amount} of what you earned.").format(amount=amount)
    elif dispute.taken_amount:
        line = _("A buyer disputes a payment")
        text = _("Their bank has taken {amount} of your earnings back until it has decided.").format(
            amount=amount
        )
    else:
        line = _("A buyer’s bank asks about a payment")
        text = _("It is about {amount}. Nothing has been taken so far.").format(amount=amount)
    state = dispute.status if dispute.closed_at else "taken" if dispute.taken_amount else "asked"
    key = f"dispute:{dispute.pk}:{state}"
    tell(creator.user, Kind.EARNINGS, "dispute", key=key, line=line, text=text, url=EARNINGS, now=now)
    if not dispute.closed_at:
        about = _("{amount}, {reason}").format(
            amount=money(dispute.amount, dispute.currency), reason=dispute.reason or _("no reason given")
        )
        _tell_finance(key, _("A payment is disputed"), about, DISPUTES_DESK, now=now)


@written_to(lambda payout, **_rest: payout.creator.user)
def tell_payout(payout: Payout, *, now: datetime) -> None:
    """Money has reached the creator's bank, or has not."""
    amount = money(payout.amount, payout.currency)
    if payout.status == "paid":
        line = _("{amount} were paid out to your bank").format(amount=amount)
        text = _("It can take a day until your bank shows it.")
    elif payout.status in ("failed", "canceled"):
        line = _("A payout of {amount} did not reach your bank").format(amount=amount)
        text = _("The money is still yours. Check your bank account on Stripe’s pages. {why}").format(
            why=payout.failure
        )
    else:
        return
    key = f"payout:{payout.pk}:{payout.status}"
    tell(
        payout.creator.user,
        Kind.EARNINGS,
        "payout",
        key=key,
        line=line,
        text=text.strip(),
        url=EARNINGS,
        now=now,
    )


@written_to(lambda creator, **_rest: creator.user)
def tell_account(creator: Creator, *, now: datetime) -> None:
    """A creator's account can be paid now, or not any more."""
    state = "ready" if creator.can_be_paid else "restricted"
    if creator.can_be_paid:
        line = _("Your payout account is ready")
        text = _("You can sell tickets and take tips.")
    else:
        line = _("Stripe has restricted your payout account")
        text = _(
            "Until you have told Stripe what it wants to know, nobody can buy your tickets. Those that were bought stay valid."
        )
    key = f"account:{creator.pk}:{state}:{now.isoformat()}"
    tell(creator.user, Kind.EARNINGS, "account", key=key, line=line, text=text, url=EARNINGS, now=now)


def tell_differences(run: ReconciliationRun, *, count: int, now: datetime) -> None:
    """Finance hears that the books of a day are not those of Stripe."""
    line = ngettext(
        "{n} difference between our books and Stripe’s",
        "{n} differences between our books and Stripe’s",
        count,
    ).format(n=count)
    key = f"reconciliation:{run.pk}:{count}"
    _tell_finance(key, line, _("On {day}.").format(day=run.day.isoformat()), RECONCILIATION_DESK, now=now)


def _tell_finance(key: str, line: str, text: str, url: str, *, now: datetime) -> None:
    for person in import_string(settings.FINANCE_PEOPLE)():
        tell(person, Kind.EARNINGS, "finance", key=key, line=line, text=text, url=url, now=now)
