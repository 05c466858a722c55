"""Plays: whoever listened for some seconds counts once a day, whatever they do; the host's own do not count."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.selectors import Viewer
from recordings.models import Clip, Play, Recording


def replay_played(*, recording: Recording, viewer: Viewer, address: str, now: datetime) -> bool:
    """Note that `viewer` listens to a replay (of `replay_for`). Returns whether that is a new play."""
    if viewer.pk == recording.space.host_id:
        return False
    with transaction.atomic():
        is_new = _is_new(f"replay:{recording.pk}", viewer, address, now)
        if is_new:
            Recording.objects.filter(pk=recording.pk).update(plays=F("plays") + 1)
    return is_new


def clip_played(*, clip: Clip, viewer: Viewer, address: str, now: datetime) -> bool:
    """Note that `viewer` plays a clip (of `clip_for`); its maker's own plays do not count. Returns whether it is a new play."""
    if viewer.pk == clip.by_id:
        return False
    with transaction.atomic():
        is_new = _is_new(f"clip:{clip.pk}", viewer, address, now)
        if is_new:
            Clip.objects.filter(pk=clip.pk).update(plays=F("plays") + 1)
    return is_new


def plays_forget(*, now: datetime) -> int:
    """Delete who has played what on days gone by. Returns how many rows. Yesterday stays: somewhere it has only just ended."""
    deleted, _ = Play.objects.filter(day__lt=now.date() - timedelta(days=1)).delete()
    return deleted


def _is_new(thing: str, viewer: Viewer, address: str, now: datetime) -> bool:
    who = f"user:{viewer.pk}" if viewer.is_authenticated else f"address:{address}"
    listener = salted_hmac("recordings.plays", f"{now.date()}:{who}", algorithm="sha256").hexdigest()
    try:
        # A savepoint of its own: whoever loses the race for the same row goes on.
        with transaction.atomic():
            Play.objects.create(thing=thing, listener=listener, day=now.date())
    except IntegrityError:
        return False
    return True
