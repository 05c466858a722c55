"""What our accounts ask for beside allauth's own fields; for pages and apps alike."""

from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.services.profiles import NAME_MAX_LENGTH
from spaces_project.lib.text import clean_line


class SignupForm(forms.Form):
    """The name others read. allauth builds its sign-up form, and the one of its API, on this class."""

    field_order = ("email", "username", "name", "password1")

    name = forms.CharField(
        label="Name",
        required=False,
        help_text="How others see you. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": str(NAME_MAX_LENGTH)}),
    )

    def clean_name(self) -> str:
        """Return the name as it will be shown."""
        name = clean_line(self.cleaned_data["name"])
        if len(name) > NAME_MAX_LENGTH:
            raise forms.ValidationError(f"Use at most {NAME_MAX_LENGTH} characters.", code="name.too_long")
        return name

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Called by allauth once the user is saved; `accounts.adapter` has set the name by then."""
