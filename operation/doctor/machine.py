"""This machine: files that must be written and read, room on the disk, and the processes beside the web."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from operation import checks
from spaces_project.lib.health import Finding, Missing, note, ok, wrong

_FREE_WRONG = 200 * 1024**2
_FREE_NOTE = 1024**3


def files(now: datetime) -> Iterator[Finding]:
    """What people upload can be written, and what pages need is there."""
    for name in settings.STORAGES:
        if name == "staticfiles":
            continue
        about = "Pictures" if name == "default" else name.capitalize()
        try:
            written = storages[name].save("doctor.txt", ContentFile(b"written by manage.py doctor\n"))
            storages[name].delete(written)
        except Exception as error:
            # A folder, or a service of whichever kind: each has errors of its own.
            yield wrong(
                about,
                f"They cannot be kept: {type(error).__name__}: {error}",
                "Let the account that runs Spaces write there, or mend the storage's settings.",
            )
        else:
            yield ok(about, "can be written")
    if settings.DEBUG:
        return
    if not (Path(str(settings.STATIC_ROOT)) / "staticfiles.json").is_file():
        yield wrong(
            "Static files",
            "They were not collected: pages fail.",
            "Run `npm ci && npm run build` in frontend/, then `python manage.py collectstatic --no-input`.",
        )
    else:
        yield ok("Static files", "collected")


def disk(now: datetime) -> Iterator[Finding]:
    """Room where the product writes; each disk is named once."""
    seen = set()
    for folder in (
        Path(settings.VAR_DIR),
        Path(settings.RECORDINGS_DIR),
        Path(settings.RECORDINGS_SPOOL_DIR),
    ):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        device = there.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(there).free
        words = f"{free / 1024**3:.1f} GB are free at {there}"
        if free < _FREE_WRONG:
            yield wrong("Disk", words, "Make room: with none left, nothing is written any more.")
        elif free < _FREE_NOTE:
            yield note("Disk", words, "Make room before it is used up.")
        else:
            yield ok("Disk", words)


def processes(now: datetime) -> Iterator[Finding]:
    """Worker and beat, by what Redis has heard of them."""
    does = {
        "worker": "No reminder goes out, no Space ends by itself, strangers are not thrown out of rooms.",
        "beat": "Nothing that has a time happens: reminders, ends, clean-ups.",
    }
    for name, look in (("worker", checks.worker), ("beat", checks.beat)):
        try:
            look()
        except Missing as error:
            yield wrong(
                name.capitalize(),
                f"{str(error).capitalize()}. {does[name]}",
                f"Start it (`celery -A spaces_project {name}`), and see its log.",
            )
        except redis.RedisError:
            yield note(name.capitalize(), "Without Redis nobody knows whether it runs.")
        else:
            yield ok(name.capitalize(), "runs")
    if not (settings.METRICS_TOKEN or settings.METRICS_ADDRESSES):
        yield note("Figures", "Nobody may read /metrics.", "Set METRICS_TOKEN if you use Prometheus.")
