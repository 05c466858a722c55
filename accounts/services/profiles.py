"""What people say about themselves."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.handles import clean_handle
from accounts.models import User
from spaces_project.lib.errors import Invalid
from spaces_project.lib.languages import is_language
from spaces_project.lib.text import clean_line
from spaces_project.lib.zones import UnknownZone, zone_named

NAME_MAX_LENGTH = 50
BIO_MAX_LENGTH = 160


def profile_update(
    *,
    user: User,
    name: str | None = None,
    bio: str | None = None,
    handle: str | None = None,
    time_zone: str | None = None,
    language: str | None = None,
) -> User:
    """Change what is not None, on `user` too, and return them. `time_zone` is the IANA name of where their browser is;
    `language` one of LANGUAGES, or "" for what their browser asks for.

    Raises Invalid with every field at fault; where that is the handle alone, the code is `handle.invalid`,
    `handle.reserved` or `handle.taken`.
    """
    clean: dict[str, str] = {}
    wrong: dict[str, ValidationError] = {}
    checks = {
        "name": (_clean_name, name),
        "bio": (_clean_bio, bio),
        "time_zone": (_clean_time_zone, time_zone),
        "language": (_clean_language, language),
    }
    for field, (check, text) in checks.items():
        if text is not None:
            try:
                clean[field] = check(text)
            except ValidationError as error:
                wrong[field] = error
    if handle is not None:
        try:
            clean["handle"] = clean_handle(handle, user=user)
        except ValidationError as error:
            wrong["handle"] = error
    if wrong:
        raise _refusal(wrong)
    if not clean:
        return user
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**clean)
    except IntegrityError as error:
        # Somebody took it between our look and our write.
        taken = ValidationError(_("This handle is taken."), code="handle.taken")
        raise _refusal({"handle": taken}) from error
    for field, value in clean.items():
        setattr(user, field, value)
    return user


def _clean_name(text: str) -> str:
    name = clean_line(text)
    if not name:
        raise ValidationError(_("Enter a name."), code="name.empty")
    if len(name) > NAME_MAX_LENGTH:
        raise ValidationError(
            _("Use at most {most} characters.").format(most=NAME_MAX_LENGTH), code="name.too_long"
        )
    return name


def _clean_bio(text: str) -> str:
    bio = clean_line(text)
    if len(bio) > BIO_MAX_LENGTH:
        raise ValidationError(
            _("Use at most {most} characters.").format(most=BIO_MAX_LENGTH), code="bio.too_long"
        )
    return bio


def _clean_time_zone(name: str) -> str:
    try:
        zone_named(name)
    except UnknownZone as error:
        raise ValidationError(_("There is no such time zone."), code="time_zone.unknown") from error
    return name


def _clean_language(code: str) -> str:
    if code and not is_language(code):
        raise ValidationError(_("Spaces does not speak this language."), code="language.unknown")
    return code


def _refusal(wrong: dict[str, ValidationError]) -> Invalid:
    fields = {field: error.messages for field, error in wrong.items()}
    if list(wrong) == ["handle"]:
        return Invalid(fields["handle"][0], code=wrong["handle"].code or "", fields=fields)
    return Invalid(fields=fields)
