"""What hosts hear of their recordings: notifications, and how far a mix is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from recordings.models import Recording
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib import broadcast
from spaces_project.lib.languages import written_to

_TROUBLES = {
    "disk_full": gettext_lazy(
        "The server's disk is full. Recording goes on by itself when there is room; your Space is not affected."
    ),
    "no_recorder": gettext_lazy(
        "No recorder is free on the server. Recording begins by itself when there is one."
    ),
    "storage": gettext_lazy(
        "The recorder cannot write. Recording goes on by itself when it can; your Space is not affected."
    ),
}


def tell_progress(recording: Recording, percent: int) -> None:
    """Tell the host's devices, now, how far the mix is."""
    frame = {
        "type": "recording.progress",
        "space": str(recording.space_id),
        "data": {"progress": percent},
    }
    broadcast.send(broadcast.user_group(recording.space.host_id), frame)


@written_to(lambda recording, **_rest: recording.space.host)
def tell_trouble(recording: Recording, *, now: datetime) -> None:
    """The Space goes on, but is not recorded for now, and why: each kind of trouble once in a Space."""
    line = _("“%(title)s” is not being recorded right now") % {"title": recording.space.title}
    text = str(_TROUBLES.get(recording.trouble, _TROUBLES["storage"]))
    _tell(recording.space.host, recording, f"trouble-{recording.trouble}", line, text, now=now)


@written_to(lambda recording, **_rest: recording.space.host)
def tell_ready(recording: Recording, *, now: datetime) -> None:
    """The replay can be heard: once, however often its mix is made anew."""
    line = _("The replay of “%(title)s” is ready") % {"title": recording.space.title}
    _tell(recording.space.host, recording, "ready", line, "", now=now)


@written_to(lambda recording, **_rest: recording.space.host)
def tell_failed(recording: Recording, *, now: datetime) -> None:
    """There will be no replay, and why."""
    line = _("There is no replay of “%(title)s”") % {"title": recording.space.title}
    text = _("No sound was recorded.") if recording.trouble == "empty" else _("Putting it together failed.")
    _tell(recording.space.host, recording, f"failed-{recording.revision}", line, text, now=now)


@written_to(lambda recording, **_rest: recording.space.host)
def tell_expiring(recording: Recording, *, now: datetime) -> None:
    """The replay will soon be deleted: once, `REPLAY_WARNING_DAYS` before."""
    if recording.expires_at is None or recording.expires_at - now > timedelta(
        days=settings.REPLAY_WARNING_DAYS
    ):
        return
    line = _("The replay of “%(title)s” will soon be deleted") % {"title": recording.space.title}
    text = _("Keep it, or download it, if you want to have it for longer.")
    _tell(recording.space.host, recording, f"expiring-{recording.expires_at:%Y%m%d}", line, text, now=now)


@written_to(lambda recording, user, **_rest: recording.space.host)
def tell_part_removed(recording: Recording, user: User, *, now: datetime) -> None:
    """To the host: somebody has taken their part out of the replay."""
    line = _("%(name)s took their part out of “%(title)s”") % {
        "name": user.display_name,
        "title": recording.space.title,
    }
    text = _("The replay is put together anew without it.")
    _tell(recording.space.host, recording, f"part-{user.pk}-{recording.revision}", line, text, now=now)


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
