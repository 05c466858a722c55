"""What can be wrong with tokens and webhooks."""

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


class WebhookNotFound(NotFound):
    """It is none of theirs."""

    code = "webhook.not_found"
    message = _("There is no such webhook.")


class TooManyWebhooks(Conflict):
    """`WEBHOOKS_MAX` are there already."""

    code = "webhook.too_many"
    message = _("You have as many webhooks as one can have. Delete one first.")


class WebhookIsOff(Conflict):
    """What is off is told nothing, not even a test."""

    code = "webhook.off"
    message = _("This webhook is off. Turn it on first.")
