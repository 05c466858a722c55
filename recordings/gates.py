"""What the recording asks of those who accept the stage (`STAGE_GATES`)."""

from datetime import datetime

from accounts.models import User
from recordings.errors import ConsentMissing
from recordings.selectors.recordings import has_consented, is_recorded
from recordings.services.consent import consent_keep
from rooms.models import Space


def must_consent_to_recording(
    space: Space, user: User, *, accepting: str, recording_consent: bool, now: datetime
) -> None:
    """Nobody gets on the stage of a recorded Space without having agreed to be recorded; once is enough for a Space.

    Raises ConsentMissing.
    """
    if recording_consent:
        consent_keep(space, user, given_with=accepting, now=now)
    elif is_recorded(space) and not has_consented(space, user):
        raise ConsentMissing()
