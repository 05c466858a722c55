"""The proof in the links of our e-mails: whoever has one may turn off that person's e-mail, and nothing else."""

from collections.abc import Sequence

from django.core import signing
from django.utils.translation import gettext_noop as _

from accounts.models import User
from social.notification_kinds import KINDS
from spaces_project.lib.errors import SpacesError

_SALT = "social.unsubscribe"


class TokenInvalid(SpacesError):
    """Cut off, made up, or of somebody who is gone."""

    code = "unsubscribe.invalid"
    status = 404
    message = _(
        "This link does not work. It may have been cut off. You can change what we e-mail you in your settings."
    )


def unsubscribe_token(user: User, kinds: Sequence[str]) -> str:
    """What stands in the link of a mail about these kinds. It names its person and kinds, is signed, and does not expire."""
    return signing.Signer(salt=_SALT).sign_object({"u": user.pk, "k": list(kinds)})


def unsubscribe_read(token: str) -> tuple[User, list[str]]:
    """Return whom a token is for, and the kinds of its mail. Raises TokenInvalid."""
    try:
        said = signing.Signer(salt=_SALT).unsign_object(token)
        user = User.objects.filter(pk=said["u"], is_active=True).first()
        kinds = [kind for kind in said["k"] if kind in KINDS]
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise TokenInvalid() from error
    if user is None or not kinds:
        raise TokenInvalid()
    return user, kinds
