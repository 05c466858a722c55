"""Signed links: to a file with one's data, and to keep an account that is about to be deleted."""

from django.core import signing
from django.urls import reverse

from own_data.errors import ExportNotFound, KeepLinkInvalid
from own_data.models import AccountDeletion, DataExport

_EXPORT, _KEEP = "own_data.export", "own_data.keep"


def export_path(export: DataExport) -> str:
    """The path of the file. It opens for its owner alone, signed in, and until the file's last day."""
    return reverse("export-file", args=[signing.Signer(salt=_EXPORT).sign_object({"e": export.pk})])


def export_linked(token: str) -> int:
    """The key of the export that a link leads to. Raises ExportNotFound."""
    try:
        return int(signing.Signer(salt=_EXPORT).unsign_object(token)["e"])
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise ExportNotFound() from error


def keep_token(deletion: AccountDeletion) -> str:
    """The proof that whoever has it knows the password, or reads the e-mail, of the account. It is worth nothing once the
    account is kept, or gone."""
    asked = deletion.asked_at.isoformat()
    return signing.Signer(salt=_KEEP).sign_object({"d": deletion.pk, "at": asked})


def keep_path(deletion: AccountDeletion) -> str:
    """The path of the page on which an account is kept."""
    return reverse("account-keep", args=[keep_token(deletion)])


def keep_linked(token: str) -> AccountDeletion:
    """The deletion that a link is about. Raises KeepLinkInvalid."""
    try:
        said = signing.Signer(salt=_KEEP).unsign_object(token)
        key, asked = int(said["d"]), str(said["at"])
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        raise KeepLinkInvalid() from error
    found = AccountDeletion.objects.select_related("user").filter(pk=key).first()
    if found is None or found.asked_at.isoformat() != asked:
        raise KeepLinkInvalid()
    return found
