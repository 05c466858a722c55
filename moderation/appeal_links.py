"""The proof in the link to an appeal: whoever has it is the person concerned, signed in or not; for that decision alone."""

from django.core import signing
from django.urls import reverse

from moderation.errors import AppealLinkInvalid
from moderation.models import Decision

_SALT = "moderation.appeal"


def appeal_token(decision: Decision) -> str:
    """What stands in the link. It does not expire: how long one can appeal, the decision's day says."""
    return signing.Signer(salt=_SALT).sign_object({"d": decision.pk})


def appeal_path(decision: Decision) -> str:
    """The path of the page that says what was decided, and takes the appeal."""
    return reverse("appeal", args=[appeal_token(decision)])


def appeal_token_read(token: str) -> int:
    """The key of the decision that a token is for. Raises AppealLinkInvalid."""
    try:
        return int(signing.Signer(salt=_SALT).unsign_object(token)["d"])
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise AppealLinkInvalid() from error
