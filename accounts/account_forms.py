"""allauth's own forms with our words (ACCOUNT_FORMS). Apart from accounts.forms, which allauth's forms import."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django.utils.translation import gettext as _

from accounts.models import HANDLE_MAX_LENGTH


class SignupForm(AllauthSignupForm):
    """Says "handle" where allauth says "username"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handle = self.fields["username"]
        handle.label = _("Handle")
        handle.help_text = _("2 to {most} letters, digits or underscores.").format(most=HANDLE_MAX_LENGTH)
        handle.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(AllauthLoginForm):
    """Says "handle" where allauth says "username"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Handle or e-mail address")
        login.widget.attrs |= {
            "autocapitalize": "none",
            "autocomplete": "username webauthn",
            "spellcheck": "false",
        }
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
