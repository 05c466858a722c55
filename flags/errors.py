"""What can be wrong with a flag."""

from spaces_project.lib.errors import NotFound


class FlagUnknown(NotFound):
    """Settings declare no such flag."""

    code = "flag.unknown"
    message = "There is no such feature."
