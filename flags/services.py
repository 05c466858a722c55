"""Staff turn features on and off: for a share of the people, and for single ones. Each change is in the audit log."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from flags import selectors
from flags.errors import FlagUnknown
from flags.models import FeatureFlag, FlagPerson
from spaces_project.lib import audit
from spaces_project.lib.errors import Invalid, NotAllowed


@transaction.atomic
def flag_share_set(*, name: str, share: int | None, by: Any, now: datetime) -> FeatureFlag:
    """Turn a feature on for `share` per cent of the people; None: for as many as settings say.

    Raises FlagUnknown, NotAllowed unless `by` is staff, Invalid (field `share`).
    """
    flag = _locked(name, by)
    if share is not None and not 0 <= share <= 100:
        raise Invalid(fields={"share": [gettext("Give a whole number from 0 to 100.")]})
    if flag.share != share:
        before, flag.share, flag.changed_at = flag.share, share, now
        flag.save(update_fields=["share", "changed_at"])
        _note("flag.share", flag, by=by, now=now, data={"before": before, "after": share})
    return flag


@transaction.atomic
def flag_person_set(*, name: str, user: Any, is_on: bool, by: Any, now: datetime) -> FlagPerson:
    """Turn a feature on or off for one person, whatever the share.

    Raises FlagUnknown, NotAllowed unless `by` is staff.
    """
    flag = _locked(name, by)
    said = FlagPerson.objects.filter(flag=flag, user=user).first()
    if said is not None and said.is_on == is_on:
        return said
    person, _ = FlagPerson.objects.update_or_create(
        flag=flag, user=user, defaults={"is_on": is_on}, create_defaults={"is_on": is_on, "created_at": now}
    )
    _note_person(flag, user, "on" if is_on else "off", by=by, now=now)
    return person


@transaction.atomic
def flag_person_clear(*, name: str, user: Any, by: Any, now: datetime) -> bool:
    """Let the share decide about this person again. Returns whether something else did.

    Raises FlagUnknown, NotAllowed unless `by` is staff.
    """
    flag = _locked(name, by)
    deleted, _ = FlagPerson.objects.filter(flag=flag, user=user).delete()
    if deleted:
        _note_person(flag, user, "by share", by=by, now=now)
    return bool(deleted)


def flags_sync(**kwargs: Any) -> None:
    """Have a row for each flag that settings declare (after every migration)."""
    rows = FeatureFlag.objects.using(kwargs.get("using", "default"))
    rows.bulk_create([FeatureFlag(name=name) for name in settings.FLAGS], ignore_conflicts=True)


def _locked(name: str, by: Any) -> FeatureFlag:
    """The flag's row, locked, and made where it is missing."""
    if not (by.is_active and by.is_staff):
        raise NotAllowed(gettext("Only staff decide which features are on."))
    if name not in settings.FLAGS:
        raise FlagUnknown()
    FeatureFlag.objects.get_or_create(name=name)
    # Whoever changes something says it to this process; the others read it within FLAGS_SECONDS.
    transaction.on_commit(selectors.forget)
    return FeatureFlag.objects.select_for_update().get(name=name)


def _note_person(flag: FeatureFlag, user: Any, after: str, *, by: Any, now: datetime) -> None:
    FeatureFlag.objects.filter(pk=flag.pk).update(changed_at=now)
    audit.record(
        act="flag.person",
        by=by,
        target_kind="person",
        target_id=user.pk,
        target_handle=user.get_username(),
        data={"flag": flag.name, "after": after},
        now=now,
    )


def _note(act: str, flag: FeatureFlag, *, by: Any, now: datetime, data: dict[str, Any]) -> None:
    audit.record(act=act, by=by, target_kind="flag", target_id=flag.name, data=data, now=now)
