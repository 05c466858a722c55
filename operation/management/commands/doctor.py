"""`manage.py doctor`: what is wrong with this installation, in plain words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from spaces_project.lib.health import Finding, Level, wrong

_SIGNS = {Level.OK: "  ok ", Level.NOTE: "note ", Level.WRONG: "WRONG"}


class Command(BaseCommand):
    """Ends with status 1 when something is wrong; notes alone are no fault."""

    help = "Say what is wrong with this installation, and what to do about it."
    # It says itself what is wrong, in an order that helps.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything, whatever else is wrong."""
        now = timezone.now()
        found = [finding for path in settings.DOCTOR_CHECKS for finding in self._told(path, now)]
        counts = {level: sum(one.level == level for one in found) for level in Level}
        if counts[Level.WRONG]:
            raise CommandError(_many(counts[Level.WRONG], "thing is wrong", "things are wrong"))
        self.stdout.write(
            "All is well." if not counts[Level.NOTE] else "Nothing is wrong; see the notes above."
        )

    def _told(self, path: str, now: datetime) -> Iterable[Finding]:
        for finding in _looked(path, now):
            self.stdout.write(f"{_SIGNS[finding.level]}  {finding.about}: {finding.words}")
            if finding.do:
                self.stdout.write(f"       → {finding.do}")
            yield finding


def _looked(path: str, now: datetime) -> Iterable[Finding]:
    """What one check finds; one that breaks is a finding, too."""
    try:
        yield from import_string(path)(now)
    except Exception as error:
        yield wrong(
            path, f"{type(error).__name__}: {error}", "See what is said above; otherwise please report it."
        )


def _many(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}."
