"""What is done, one after the other, when an account goes. Each step may be done again, also after half of it was done.

Those at the beginning need what those at the end delete: who is heard in whose Space, who has been told what.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Model, QuerySet

from accounts.models import User
from accounts.services import account_empty, follows_forget, sessions_end_all
from moderation.services.audit import names_forget
from moderation.services.evidence import evidence_forget
from own_data.registry import REGISTRY
from own_data.services.exports import exports_forget
from own_data.services.rows import persons_rows
from recordings.models import Clip, Recording
from recordings.services.clips import clips_delete
from recordings.services.taking_out import parts_of_person_remove, recording_delete
from rooms.models import Reminder, Space
from rooms.services.locks import locked_space
from social.models import Fanout, Kind, Notification
from social.services.leaving import likes_forget, posts_forget
from tickets.models import Offer, Order, Refund, Tip

# Rows a transaction.
_CHUNK = 500

Step = Callable[[User, datetime], None]


def _sessions(user: User, now: datetime) -> None:
    """None was left when they asked; one may have been opened at that very moment."""
    sessions_end_all(user=user)


def _exports(user: User, now: datetime) -> None:
    exports_forget(user=user, now=now)


def _notices(user: User, now: datetime) -> None:
    """What others were told about them, or about their Spaces, also where no column says so."""
    tips = Tip.objects.filter(to__user=user)
    keys = [f"tip-paid:{key}" for key in tips.values_list("pk", flat=True)]
    keys += [f"refund:{key}" for key in Refund.objects.filter(tip__in=tips).values_list("pk", flat=True)]
    for start in range(0, len(keys), _CHUNK):
        Notification.objects.filter(key__in=keys[start : start + _CHUNK]).delete()
    # That they took their part out: told to the host.
    heard = Recording.objects.filter(tracks__user=user).values_list("space_id", "space__host_id").distinct()
    for space_id, host_id in heard:
        key = f"recording:{space_id}:part-{user.pk}-"
        Notification.objects.filter(user_id=host_id, kind=Kind.RECORDING, key__startswith=key).delete()
    for spaces in _chunks(Space.objects.filter(host=user)):
        keys_of_spaces = [space.pk for space in spaces]
        Fanout.objects.filter(space_id__in=keys_of_spaces).delete()
        _delete(Notification.objects.filter(space_id__in=keys_of_spaces))


def _staff_log(user: User, now: datetime) -> None:
    """The admin's own log calls things by their names: those of this person get none."""
    for label, declared in REGISTRY.items():
        by = ("pk",) if label == "accounts.User" else (*declared.gone, *declared.keeps)
        model = apps.get_model(label)
        if by and model in admin.site._registry:
            _forget_logged(persons_rows(user, label, by), model)


def _forget_logged(theirs: QuerySet[Any], model: type[Model]) -> None:
    logged = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    logged = logged.exclude(object_repr="", change_message="")
    for entries in _chunks(logged):
        keys = {str(entry.object_id) for entry in entries}
        mine = {str(key) for key in theirs.filter(pk__in=keys).values_list("pk", flat=True)}
        named = [entry.pk for entry in entries if str(entry.object_id) in mine]
        LogEntry.objects.filter(pk__in=named).update(object_repr="", change_message="")


def _moderation(user: User, now: datetime) -> None:
    """What was reported and decided is kept for its days, of an account with a number."""
    evidence_forget(user=user)
    names_forget(user=user)


def _sound(user: User, now: datetime) -> None:
    """Nobody hears them any more: neither in Spaces of others, nor in their own."""
    parts_of_person_remove(user=user, now=now)
    for recording in Recording.objects.filter(space__host=user).select_related("space"):
        recording_delete(space=recording.space, by=user, now=now)
    clips_delete(Clip.objects.filter(by=user), now=now)


def _spaces(user: User, now: datetime) -> None:
    """Their Spaces, with all that is in them; where tickets were sold, the row stays for the books, emptied by a later step."""
    for key in list(Space.objects.filter(host=user).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            space = locked_space(key, live=False)
            if Order.objects.filter(offer__space=space).exists():
                _empty_space(space)
            else:
                space.delete()


def _empty_space(space: Space) -> None:
    space.topics.clear()
    for relation in Space._meta.related_objects:
        if relation.related_model not in (Offer, Tip):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: space})
            rows.delete()
    Offer.objects.filter(space=space).update(state=Offer.State.CLOSED)


def _counted(user: User, now: datetime) -> None:
    """What others have a number of."""
    follows_forget(user=user)
    likes_forget(user=user)
    posts_forget(user=user)
    mine = Reminder.objects.filter(user=user)
    with transaction.atomic():
        waiting = list(mine.select_for_update().order_by("space_id").values_list("space_id", flat=True))
        Space.objects.filter(pk__in=waiting).update(reminder_count=F("reminder_count") - 1)
        mine.delete()


def _rows(user: User, now: datetime) -> None:
    """Every table of the registry: first what is theirs is emptied, then others' rows forget them, then their own go."""
    for label, declared in REGISTRY.items():
        if declared.empties and label != "accounts.User":
            persons_rows(user, label, declared.by).update(**declared.empties)
    for label, declared in REGISTRY.items():
        for column in declared.forgets:
            persons_rows(user, label, (column,)).update(**{column: None})
    for label, declared in REGISTRY.items():
        if declared.gone:
            _delete(persons_rows(user, label, declared.gone))


def _account(user: User, now: datetime) -> None:
    account_empty(user=user)


STEPS: tuple[Step, ...] = (
    _sessions,
    _exports,
    _notices,
    _staff_log,
    _moderation,
    _sound,
    _spaces,
    _counted,
    _rows,
    _account,
)


def _delete(found: QuerySet[Any]) -> None:
    """Delete these rows with all that goes with them, some at a time."""
    while keys := list(found.order_by("pk").values_list("pk", flat=True)[:_CHUNK]):
        found.model._base_manager.filter(pk__in=keys).delete()


def _chunks(found: QuerySet[Any]) -> Iterator[list[Any]]:
    """These rows, some at a time, in the order of their keys; they may change meanwhile."""
    after: Any = None
    while rows := list((found if after is None else found.filter(pk__gt=after)).order_by("pk")[:_CHUNK]):
        yield rows
        after = rows[-1].pk
