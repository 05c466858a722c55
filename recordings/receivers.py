"""What recordings do when a Space starts or ends, and when rows go that have files."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from recordings.models import Clip, Recording, RecordingTrack
from recordings.services.captions import captions_tell
from recordings.services.files import files_doom
from recordings.services.taking_out import parts_of_person_remove
from rooms.signals import space_edited, space_ended, space_started
from spaces_project.lib.tasks import enqueue


@receiver([space_started, space_ended])
def look_at_recordings(**_: Any) -> None:
    """What was wished for begins, and what is over is put together, without waiting for beat."""
    enqueue("recordings.tasks.recordings_round")


@receiver(space_edited)
def tell_captions(space_id: UUID, fields: Collection[str], **_: Any) -> None:
    """Another language may be one that no engine understands, or one that does."""
    if "language" in fields:
        captions_tell(space_id=space_id)


@receiver(pre_delete, sender=User)
def take_out_parts(instance: User, **_: Any) -> None:
    """Whoever deletes their account is in nobody's recording any more."""
    parts_of_person_remove(user=instance, now=timezone.now())


@receiver(post_delete, sender=Recording)
def doom_mix(instance: Recording, **_: Any) -> None:
    """No row, no file."""
    files_doom([instance.mix], now=timezone.now())


@receiver(post_delete, sender=RecordingTrack)
def doom_track(instance: RecordingTrack, **_: Any) -> None:
    """No row, no file."""
    files_doom([instance.file], now=timezone.now())


@receiver(post_delete, sender=Clip)
def doom_clip(instance: Clip, **_: Any) -> None:
    """No row, no files."""
    files_doom([instance.audio, instance.video, instance.poster], now=timezone.now())
