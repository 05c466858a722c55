"""Who lets themselves be recorded, and since when. The recorder asks every second, and records nobody else."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from recordings.models import RecordingConsent
from rooms.events import tell_person
from rooms.models import Space
from rooms.permissions import Action
from rooms.services.locks import locked_actor


def recording_consent(*, space: Space, user: User, now: datetime) -> None:
    """On stage: agree to be recorded, by somebody who was there before the recording began. Done twice it is done once.

    Raises SpaceEnded, NotAllowed (`space.not_on_stage`), Removed.
    """
    with transaction.atomic():
        space, _ = locked_actor(space.pk, user, Action.RECORDING_CONSENT)
        consent_keep(space, user, given_with=RecordingConsent.GivenWith.STAGE, now=now)


def consent_keep(space: Space, user: User, *, given_with: str, now: datetime) -> None:
    """Write down that somebody agrees, unless they have before; in the transaction of what they do."""
    _, new = RecordingConsent.objects.get_or_create(
        space=space, user=user, defaults={"given_with": given_with, "given_at": now}
    )
    if new:
        tell_person(space, user.pk, "recording.consented", {})
