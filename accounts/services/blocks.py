"""Wanting nothing to do with somebody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext

from accounts.models import HANDLE, Block, Follow, User
from accounts.services.follows import unfollow
from accounts.services.imports import require_not_too_many
from accounts.signals import block_changed, people_blocked, send_on_commit
from spaces_project.lib import broadcast, limits
from spaces_project.lib.errors import Invalid


class BlockOutcome(StrEnum):
    """What becomes of one handle of an import."""

    NEW = "new"
    BLOCKED = "blocked"
    ALREADY = "already"
    SELF = "self"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A handle as it was given, what becomes of it, and whose it is (None for `unknown`)."""

    handle: str
    outcome: BlockOutcome
    person: User | None = None


def person_block(*, owner: User, person: User, now: datetime) -> bool:
    """`owner` blocks `person`: neither follows the other any more. Done twice it is done once; returns whether that is new.

    All devices of `owner` are told, and nobody else. Raises Invalid (`block.self`).
    """
    if owner.pk == person.pk:
        raise Invalid(gettext("You cannot block yourself."), code="block.self")
    with transaction.atomic():
        try:
            # A savepoint of its own: the one who loses the race for the same row goes on.
            with transaction.atomic():
                Block.objects.create(owner=owner, person=person, created_at=now)
        except IntegrityError:
            return False
        unfollow(follower=owner, followee=person)
        unfollow(follower=person, followee=owner)
        _tell(owner, person.pk, blocked=True)
        send_on_commit(block_changed, owner_id=owner.pk, person_id=person.pk, blocked=True)
    return True


def person_unblock(*, owner: User, person: User) -> bool:
    """`owner` blocks `person` no more; nobody follows anybody again by it. Returns whether they did."""
    with transaction.atomic():
        deleted, _ = Block.objects.filter(owner=owner, person=person).delete()
        if deleted:
            _tell(owner, person.pk, blocked=False)
            send_on_commit(block_changed, owner_id=owner.pk, person_id=person.pk, blocked=False)
    return bool(deleted)


def block_import_preview(*, owner: User, handles: Sequence[str]) -> list[BlockLine]:
    """What an import of these handles would do, in their order; writes nothing. Two queries for any number.

    Raises ImportTooLong.
    """
    require_not_too_many(handles)
    wanted = {handle.upper(): handle for handle in handles}
    known = {handle for handle in wanted if HANDLE.search(handle)}
    found = User.objects.annotate(key=Upper("handle")).filter(key__in=known, is_active=True)
    people = {person.key: person for person in found}
    mine = Block.objects.filter(owner=owner, person__in=[person.pk for person in people.values()])
    blocked = set(mine.values_list("person_id", flat=True))
    lines = []
    for key, handle in wanted.items():
        person: User | None = people.get(key)
        if person is None:
            lines.append(BlockLine(handle, BlockOutcome.UNKNOWN))
        elif person.pk == owner.pk:
            lines.append(BlockLine(person.handle, BlockOutcome.SELF, person))
        else:
            outcome = BlockOutcome.ALREADY if person.pk in blocked else BlockOutcome.NEW
            lines.append(BlockLine(person.handle, outcome, person))
    return lines


def blocks_import(*, owner: User, handles: Sequence[str], now: datetime) -> list[BlockLine]:
    """`owner` blocks everybody among these handles, in one transaction; done twice it is done once.

    Returns what became of each, in their order. The same queries for one and for `SPACES_IMPORT_MAX` handles.
    Raises ImportTooLong, TooMany (counted with the imports of follows).
    """
    require_not_too_many(handles)
    limits.require("follow.import", user=owner, now=now)
    with transaction.atomic():
        lines = block_import_preview(owner=owner, handles=handles)
        new = sorted(line.person.pk for line in lines if line.person and line.outcome == BlockOutcome.NEW)
        if new:
            Block.objects.bulk_create(
                [Block(owner=owner, person_id=person, created_at=now) for person in new],
                ignore_conflicts=True,
            )
            _unfollow_all(owner, new)
            for person in new:
                _tell(owner, person, blocked=True)
            send_on_commit(people_blocked, owner_id=owner.pk, person_ids=new)
    done = {BlockOutcome.NEW: BlockOutcome.BLOCKED}
    return [BlockLine(line.handle, done.get(line.outcome, line.outcome), line.person) for line in lines]


def _unfollow_all(owner: User, people: Sequence[int]) -> None:
    """Neither `owner` follows any of these people any more, nor one of them `owner`; the counts go with it.

    As in accounts.services.follows: first the rows, then the people, in the order of their ids, so that no two wait for each
    other.
    """
    between = Q(follower=owner, followee__in=people) | Q(followee=owner, follower__in=people)
    follows = Follow.objects.filter(between).order_by("pk").select_for_update()
    found = list(follows.values_list("pk", "follower_id", "followee_id"))
    if not found:
        return
    Follow.objects.filter(pk__in=[pk for pk, _, _ in found]).delete()
    following = Counter(follower for _, follower, _ in found)
    followers = Counter(followee for _, _, followee in found)
    concerned = User.objects.filter(pk__in={*following, *followers})
    list(concerned.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    # Each of them has at most one follow of each kind with `owner`.
    theirs = User.objects.exclude(pk=owner.pk)
    theirs.filter(pk__in=list(following)).update(following_count=F("following_count") - 1)
    theirs.filter(pk__in=list(followers)).update(follower_count=F("follower_count") - 1)
    User.objects.filter(pk=owner.pk).update(
        following_count=F("following_count") - following[owner.pk],
        follower_count=F("follower_count") - followers[owner.pk],
    )


def _tell(owner: User, person_id: int, *, blocked: bool) -> None:
    frame = {"type": "person.blocked", "data": {"user": str(person_id), "blocked": blocked}}
    broadcast.send_on_commit(broadcast.user_group(owner.pk), frame)
