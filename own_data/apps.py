"""One's own data: taken along as a file, and deleted with the account. Above every app, since it knows what each keeps."""

from django.apps import AppConfig


class OwnDataConfig(AppConfig):
    """Exports and deletions."""

    name = "own_data"
    verbose_name = "Own data"
