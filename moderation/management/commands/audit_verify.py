"""`manage.py audit_verify`: reads the audit log and says what is wrong with it; exit status 1 when something is."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from moderation.services.audit import audit_head, audit_verify


def link(text: str) -> tuple[int, str]:
    """The `seq` and the digest of "1234:ab…". Raises ArgumentTypeError."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    if not found:
        raise ArgumentTypeError("give what --head printed, as in 1234:3f9a…")
    return int(found[1]), found[2]


class Command(BaseCommand):
    """A chain says nothing about a tail that was cut off: note the head elsewhere, and expect it later."""

    help = "Verify the audit log: find rows that were changed, put in, swapped, or are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--head`, `--expect`."""
        parser.add_argument("--head", action="store_true", help="print the last link, to be noted elsewhere")
        parser.add_argument("--expect", type=link, metavar="SEQ:DIGEST", help="a link noted earlier")

    def handle(
        self, *args: Any, head: bool = False, expect: tuple[int, str] | None = None, **options: Any
    ) -> None:
        """Print the problems; without any, how far the chain goes."""
        last = audit_head()
        if head:
            self.stdout.write(f"{last.seq}:{last.digest}" if last else "")
            return
        problems = audit_verify(now=timezone.now(), expect=expect)
        for problem in problems:
            self.stdout.write(f"{problem.kind}: {problem.words}")
        if problems:
            raise CommandError(f"The audit log is not whole: {len(problems)} found.", returncode=1)
        self.stdout.write(f"The audit log is whole: {last.seq if last else 0} entries in the chain.")
