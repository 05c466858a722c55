"""Wanting nothing to do with somebody."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Block, User
from accounts.services.follows import unfollow
from accounts.signals import block_changed, send_on_commit
from spaces_project.lib.errors import Invalid


def person_block(*, owner: User, person: User, now: datetime) -> bool:
    """`owner` blocks `person`: neither follows the other any more. Done twice it is done once; returns whether that is new.

    Raises Invalid (`block.self`).
    """
    if owner.pk == person.pk:
        raise Invalid("You cannot block yourself.", code="block.self")
    with transaction.atomic():
        try:
            # A savepoint of its own: the one who loses the race for the same row goes on.
            with transaction.atomic():
                Block.objects.create(owner=owner, person=person, created_at=now)
        except IntegrityError:
            return False
        unfollow(follower=owner, followee=person)
        unfollow(follower=person, followee=owner)
        send_on_commit(block_changed, owner_id=owner.pk, person_id=person.pk, blocked=True)
    return True


def person_unblock(*, owner: User, person: User) -> bool:
    """`owner` blocks `person` no more; nobody follows anybody again by it. Returns whether they did."""
    with transaction.atomic():
        deleted, _ = Block.objects.filter(owner=owner, person=person).delete()
        if deleted:
            send_on_commit(block_changed, owner_id=owner.pk, person_id=person.pk, blocked=False)
    return bool(deleted)
