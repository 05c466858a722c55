"""Following many people at once, by a list of handles from somewhere else."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from accounts.models import HANDLE, Block, Follow, User
from accounts.signals import follows_imported, send_on_commit
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid, NotFound
from spaces_project.lib.text import clean_line

MAX_BYTES = 64 * 1024
_SHOWN = 40
# The columns of other places' exports that hold a handle.
_COLUMNS = ("handle", "username", "user_name", "screen_name", "screenname", "account", "account address")
_SEPARATORS = re.compile(r"[\s,;|]+")
_ADDRESS = re.compile(
    r"\A(?:https?://\S+/|[\w-]+(?:\.[\w-]+)+/(?:\S*/)?|/)@?(?P<handle>[A-Za-z0-9_]+)/?(?:[?#].*)?\Z",
    re.IGNORECASE,
)
_WORD_MAX = 300


class ImportTooLong(Invalid):
    """More handles or bytes than are taken at once."""

    code = "import.too_long"


class ImportUnreadable(Invalid):
    """Not a text."""

    code = "import.unreadable"


class Outcome(StrEnum):
    """What becomes of one handle."""

    NEW = "new"
    FOLLOWED = "followed"
    ALREADY = "already"
    SELF = "self"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A handle as it was given, what becomes of it, and whose it is (None for `unknown`)."""

    handle: str
    outcome: Outcome
    person: User | None = None


def handles_in(text: str) -> list[str]:
    """The handles in what somebody pasted or uploaded, each once whatever its case, in their order.

    Taken are "@maya" and "maya", separated by anything usual, addresses that end in the handle ("https://…/@maya"), and CSV
    with a header that names a column of handles. What can be no handle is returned as well, cleaned and cut short, so
    that people are told of it. Raises ImportUnreadable (a NUL: not a text), ImportTooLong.
    """
    if "\0" in text:
        raise _unreadable()
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    found: dict[str, str] = {}
    for word in _column_of(lines) or [word for line in lines for word in _SEPARATORS.split(line)]:
        if handle := _handle_of(word):
            found.setdefault(handle.upper(), handle)
        require_not_too_many(found)
    return list(found.values())


def text_of_upload(upload: UploadedFile) -> str:
    """The text of an uploaded .csv or .txt file of at most `MAX_BYTES`. Raises ImportTooLong, ImportUnreadable."""
    if (upload.size or 0) > MAX_BYTES:
        raise ImportTooLong(fields={"file": [_("Use a file of at most {n} KB.").format(n=MAX_BYTES // 1024)]})
    try:
        text = upload.read(MAX_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable() from None
    if "\0" in text:
        raise _unreadable()
    return text


def handles_given(text: str, upload: object) -> list[str]:
    """The handles of a form: pasted, uploaded (anything but an UploadedFile is no file), or both.

    Raises ImportTooLong, ImportUnreadable.
    """
    if len(text) > MAX_BYTES:
        raise ImportTooLong(fields={"handles": [_("Paste at most {n} KB.").format(n=MAX_BYTES // 1024)]})
    if isinstance(upload, UploadedFile):
        text = f"{text_of_upload(upload)}\n{text}" if text.strip() else text_of_upload(upload)
    return handles_in(text)


def import_preview(*, follower: User, handles: Sequence[str]) -> list[ImportLine]:
    """What an import of these handles would do, in their order; writes nothing. Three queries for any number.

    Whoever blocks `follower` is `unknown` to them. Raises ImportTooLong.
    """
    require_not_too_many(handles)
    wanted = {handle.upper(): handle for handle in handles}
    known = {handle for handle in wanted if HANDLE.search(handle)}
    found = User.objects.annotate(key=Upper("handle")).filter(key__in=known, is_active=True)
    people = {person.key: person for person in found}
    ids = [person.pk for person in people.values()]
    followed = set(
        Follow.objects.filter(follower=follower, followee_id__in=ids).values_list("followee_id", flat=True)
    )
    blocks = set(
        Block.objects.filter(owner=follower, person_id__in=ids).values_list("owner_id", "person_id")
    ) | set(Block.objects.filter(owner_id__in=ids, person=follower).values_list("owner_id", "person_id"))
    lines = []
    for key, handle in wanted.items():
        person: User | None = people.get(key)
        outcome = Outcome.NEW
        if person is None or (person.pk, follower.pk) in blocks:
            person, outcome = None, Outcome.UNKNOWN
        elif person.pk == follower.pk:
            outcome = Outcome.SELF
        elif (follower.pk, person.pk) in blocks:
            outcome = Outcome.BLOCKED
        elif person.pk in followed:
            outcome = Outcome.ALREADY
        lines.append(ImportLine(person.handle if person else handle, outcome, person))
    return lines


def follows_import(*, follower: User, handles: Sequence[str], now: datetime) -> list[ImportLine]:
    """Follow everybody among these handles whom `follower` may follow, in one transaction; done twice it is done once.

    Returns what became of each, in their order. The same queries for one and for `SPACES_IMPORT_MAX` handles.
    Raises ImportTooLong, TooMany, NotFound when the account of `follower` is gone.
    """
    require_not_too_many(handles)
    limits.require("follow.import", user=follower, now=now)
    with transaction.atomic():
        lines = import_preview(follower=follower, handles=handles)
        new = sorted(line.person.pk for line in lines if line.person and line.outcome == Outcome.NEW)
        written = _write(follower, new, now=now)
        if written:
            send_on_commit(follows_imported, follower_id=follower.pk, followee_ids=sorted(written))
    return [_done(line, written) for line in lines]


def _write(follower: User, followees: Sequence[int], *, now: datetime) -> set[int]:
    """Insert these follows and move the counts of those that are new; returns whom.

    As in accounts.services.follows: first the rows, then the people, in the order of their ids, so that no two wait for each
    other.
    """
    if not followees:
        return set()
    written = _inserted(follower, followees, now=now)
    concerned = User.objects.filter(pk__in=[follower.pk, *written])
    there = set(concerned.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    if follower.pk not in there:
        raise NotFound()
    if gone := written - there:
        # Deleted since they were looked up.
        Follow.objects.filter(follower=follower, followee_id__in=gone).delete()
        written -= gone
    User.objects.filter(pk__in=written).update(follower_count=F("follower_count") + 1)
    User.objects.filter(pk=follower.pk).update(following_count=F("following_count") + len(written))
    return written


def _inserted(follower: User, followees: Sequence[int], *, now: datetime) -> set[int]:
    """One INSERT; whoever is followed already is left as they are, and only the others are returned (the ORM cannot say)."""
    table = connection.ops.quote_name(Follow._meta.db_table)
    rows = ", ".join(["(%s, %s, %s)"] * len(followees))
    moment: Any = connection.ops.adapt_datetimefield_value(now)
    values = [value for followee in followees for value in (follower.pk, followee, moment)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (follower_id, followee_id, created_at) VALUES {rows}"  # noqa: S608
            " ON CONFLICT DO NOTHING RETURNING followee_id",
            values,
        )
        return {int(row[0]) for row in cursor.fetchall()}


def _done(line: ImportLine, written: set[int]) -> ImportLine:
    if line.outcome != Outcome.NEW or line.person is None:
        return line
    # Followed meanwhile, on another device, or gone.
    outcome = Outcome.FOLLOWED if line.person.pk in written else Outcome.ALREADY
    return ImportLine(line.handle, outcome, line.person)


def _column_of(lines: Sequence[str]) -> list[str]:
    """The handles of a CSV whose header names a column of them; [] for anything else."""
    if not lines:
        return []
    delimiter = max(",;\t", key=lines[0].count)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
    header = [cell.strip().strip('"').lower() for cell in rows[0]]
    place = next((header.index(name) for name in _COLUMNS if name in header), None)
    if place is None or len(rows) < 2:
        return []
    return [row[place] for row in rows[1:] if len(row) > place]


def _handle_of(word: str) -> str:
    """The handle that a word names, or the word itself, cut short; "" for nothing."""
    word = clean_line(word[:_WORD_MAX]).strip("\"'<>()[]{}").rstrip(".:")
    if "/" in word and (address := _ADDRESS.search(word)):
        word = address["handle"]
    word = word.removeprefix("@")
    # "@maya@another.example" names somebody of another place: their handle here is a guess, but the person sees it first.
    if word.count("@") == 1 and HANDLE.search(word.split("@")[0]):
        word = word.split("@")[0]
    return word[:_SHOWN]


def require_not_too_many(handles: Any) -> None:
    """Raise ImportTooLong for more than `SPACES_IMPORT_MAX`."""
    most: int = settings.SPACES_IMPORT_MAX
    if len(handles) > most:
        raise ImportTooLong(
            fields={"handles": [_("Import at most {most} handles at once.").format(most=most)]}
        )


def _unreadable() -> ImportUnreadable:
    return ImportUnreadable(fields={"file": [_("This is not a text file with handles.")]})
