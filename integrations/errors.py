"""What can be wrong with tokens."""

from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import Conflict, NotAllowed, NotFound


class TokenScopeMissing(NotAllowed):
    """A token asks for what it was not made for."""

    code = "token.scope"
    message = _("This token may not do that.")


class TokenNotFound(NotFound):
    """It is none of theirs, or was taken back."""

    code = "token.not_found"
    message = _("There is no such token.")


class TooManyTokens(Conflict):
    """`API_TOKENS_MAX` are there already."""

    code = "token.too_many"
    message = _("You have as many tokens as one can have. Take one back first.")


class NotConfirmed(NotAllowed):
    """Who makes a token must have signed in, or confirmed that it is them, a moment ago."""

    code = "reauthentication_required"
    message = _("Confirm that it is you first.")
