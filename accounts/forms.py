"""What our accounts ask for beside allauth's own fields; for pages and apps alike."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.services.profiles import NAME_MAX_LENGTH
from spaces_project.lib.text import clean_line


class SignupForm(forms.Form):
    """The name others read. allauth builds its sign-up form, and the one of its API, on this class."""

    field_order = ("email", "username", "name", "password1")

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        help_text=gettext_lazy("How others see you. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": str(NAME_MAX_LENGTH)}),
    )

    def clean_name(self) -> str:
        """Return the name as it will be shown."""
        name = clean_line(self.cleaned_data["name"])
        if len(name) > NAME_MAX_LENGTH:
            raise forms.ValidationError(
                _("Use at most {most} characters.").format(most=NAME_MAX_LENGTH), code="name.too_long"
            )
        return name

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the user is saved; `accounts.adapter` has set the name by then."""
