"""What Stripe says of a creator's account, in words: how it stands, and what they are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tickets.models import Creator


class AccountState(StrEnum):
    """How far a creator is with Stripe."""

    NONE = "none"
    # Begun, and left in the middle.
    INCOMPLETE = "incomplete"
    # Stripe looks at what they have sent.
    REVIEW = "review"
    # Stripe wants to know more, and takes no payments or pays nothing out until then.
    RESTRICTED = "restricted"
    # Stripe does no business with them.
    REJECTED = "rejected"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class AccountWords:
    """`wanted` is what Stripe asks for, until `deadline` if it names one; `why` is why the account is restricted, or ""."""

    state: AccountState
    wanted: list[str]
    why: str
    deadline: datetime | None

    @property
    def is_ready(self) -> bool:
        """Whether they can be paid, and are paid out to."""
        return self.state == AccountState.READY


# By the beginnings of Stripe's names of fields, the longest first that fits (https://docs.stripe.com/connect/required-verification-information).
_WANTED = {
    "external_account": gettext_noop("A bank account for payouts"),
    "tos_acceptance": gettext_noop("Your consent to Stripe’s terms"),
    "business_profile": gettext_noop("What you do, and where people find you"),
    "business_type": gettext_noop("Whether you are a person or a company"),
    "individual.verification": gettext_noop("A picture of an identity document"),
    "individual.dob": gettext_noop("Your date of birth"),
    "individual.address": gettext_noop("Your address"),
    "individual.email": gettext_noop("Your e-mail address"),
    "individual.phone": gettext_noop("Your phone number"),
    "individual.first_name": gettext_noop("Your name"),
    "individual.last_name": gettext_noop("Your name"),
    "individual.id_number": gettext_noop("Your tax or identity number"),
    "individual.ssn_last_4": gettext_noop("Your tax or identity number"),
    "individual": gettext_noop("More about you"),
    "company": gettext_noop("More about your company"),
    "person": gettext_noop("More about the people of your company"),
    "representative": gettext_noop("More about the people of your company"),
    "owners": gettext_noop("More about the people of your company"),
}
_WHY = {
    "requirements.past_due": gettext_noop("Something that Stripe asked for is overdue."),
    "requirements.pending_verification": gettext_noop("Stripe is checking what you have sent."),
    "action_required.requested_capabilities": gettext_noop("Stripe needs more from you."),
    "listed": gettext_noop("Stripe is looking into your account."),
    "under_review": gettext_noop("Stripe is looking into your account."),
    "platform_paused": gettext_noop("Payments to you are paused."),
}
_OTHER_WANTED = gettext_noop("Something else that Stripe’s page will tell you")
_OTHER_WHY = gettext_noop("Stripe has restricted your account.")


def account_words(creator: Creator | None) -> AccountWords:
    """How the creator's account stands, as far as Stripe has told."""
    if creator is None or not creator.stripe_account_id:
        return AccountWords(AccountState.NONE, [], "", None)
    asked = creator.requirements
    names = [*asked.get("past_due", ()), *asked.get("currently_due", ())]
    state = _state(creator, names)
    hidden = state in (AccountState.READY, AccountState.INCOMPLETE)
    why = "" if hidden or not creator.disabled_reason else _(_WHY.get(creator.disabled_reason, _OTHER_WHY))
    return AccountWords(state, wanted_words(names), why, _moment(asked.get("current_deadline")))


def wanted_words(names: Iterable[str]) -> list[str]:
    """What Stripe's names of fields ask for, each once, in their order."""
    return list(dict.fromkeys(_(_wanted(name)) for name in names))


def _state(creator: Creator, wanted: list[str]) -> AccountState:
    if creator.disabled_reason.startswith("rejected"):
        return AccountState.REJECTED
    if not creator.details_submitted:
        return AccountState.INCOMPLETE
    if creator.charges_enabled and creator.payouts_enabled:
        return AccountState.READY
    return AccountState.RESTRICTED if wanted else AccountState.REVIEW


def _wanted(name: str) -> str:
    fitting = [start for start in _WANTED if name == start or name.startswith((f"{start}.", f"{start}_"))]
    return _WANTED[max(fitting, key=len)] if fitting else _OTHER_WANTED


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value > 0 else None
