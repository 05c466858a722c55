"""What can be wrong with a flag."""

from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import NotFound


class FlagUnknown(NotFound):
    """Settings declare no such flag."""

    code = "flag.unknown"
    message = _("There is no such feature.")
