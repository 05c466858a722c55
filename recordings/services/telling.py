"""What hosts hear of their recordings: notifications, and how far a mix is."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from recordings.models import Recording
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib import broadcast


def tell_progress(recording: Recording, percent: int) -> None:
    """Tell the host's devices, now, how far the mix is."""
    frame = {
        "type": "recording.progress",
        "space": str(recording.space_id),
        "data": {"progress": percent},
    }
    broadcast.send(broadcast.user_group(recording.space.host_id), frame)


def tell_ready(recording: Recording, *, now: datetime) -> None:
    """The replay can be heard: once, however often its mix is made anew."""
    line = _("The replay of “%(title)s” is ready") % {"title": recording.space.title}
    _tell(recording.space.host, recording, "ready", line, "", now=now)


def tell_failed(recording: Recording, *, now: datetime) -> None:
    """There will be no replay, and why."""
    line = _("There is no replay of “%(title)s”") % {"title": recording.space.title}
    text = _("No sound was recorded.") if recording.trouble == "empty" else _("Putting it together failed.")
    _tell(recording.space.host, recording, f"failed-{recording.revision}", line, text, now=now)


def _tell(user: User, recording: Recording, what: str, line: str, text: str, *, now: datetime) -> None:
    notify(
        user=user,
        kind=Kind.RECORDING,
        event=what.partition("-")[0],
        key=f"recording:{recording.space_id}:{what}",
        space_id=recording.space_id,
        data={"title": recording.space.title, "line": line, "text": text},
        now=now,
    )
