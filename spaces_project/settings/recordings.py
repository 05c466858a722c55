"""Captions, recordings, replays and clips, and the workers that make them."""

from pathlib import Path
from typing import Any

from spaces_project.settings.core import STORAGES, VAR_DIR
from spaces_project.settings.env import env

# LiveKit's name of our workers: a job is dispatched to it explicitly, when a Space needs one.
AGENT_NAME = "spaces"
# A worker that gives no sign for so long has lost its job to another.
AGENT_LEASE_SECONDS: float = env.float("AGENT_LEASE_SECONDS", default=5.0)
AGENT_SIGN_SECONDS = 1.0
# One that was asked for and has not begun for so long is asked for again.
AGENT_START_SECONDS: float = env.float("AGENT_START_SECONDS", default=10.0)
# After the end of a Space its workers have so long for what was said last.
AGENT_LAST_SECONDS = 10.0
# Jobs that one worker process takes at once, and processes it keeps warm for the next ones.
AGENT_JOBS_MAX: int = env.int("AGENT_JOBS_MAX", default=8)
AGENT_IDLE_PROCESSES: int = env.int("AGENT_IDLE_PROCESSES", default=1)
# Kind of job -> `needed`: the function that returns the ids of live Spaces that need one (recordings.selectors.agents), and
# `run`: the coroutine that does the work, in a process of its own (recordings.agents.process).
AGENT_KINDS: dict[str, dict[str, str]] = {
    "captions": {
        "needed": "recordings.selectors.captions.captions_needed",
        "run": "recordings.agents.captions.run",
    },
    "recording": {
        "needed": "recordings.selectors.recordings.recordings_needed",
        "run": "recordings.agents.recorder.run",
    },
}

# Engines of captions, asked in order: each takes a language and returns its EngineInfo, or None (recordings.engines).
CAPTION_ENGINES: list[str] = ["recordings.engines.whisper.info", "recordings.engines.sphinx.info"]
# Folder of a model for faster-whisper. Without one captions are rough, and English alone.
CAPTION_WHISPER_MODEL: str = env.str("CAPTION_WHISPER_MODEL", default="")
# Engines of one Space, each a process: so many people can be understood at the same moment.
CAPTION_DECODERS: int = env.int("CAPTION_DECODERS", default=2)
# What waits longer than this for an engine is dropped.
CAPTION_BACKLOG_SECONDS: float = env.float("CAPTION_BACKLOG_SECONDS", default=30.0)

# Where recordings, replays and clips are kept: in this folder, or at an S3-compatible service. Never under MEDIA_ROOT, which
# everybody may read.
RECORDINGS_DIR = Path(env.str("RECORDINGS_DIR", default=str(VAR_DIR / "recordings")))
RECORDINGS_S3_BUCKET: str = env.str("RECORDINGS_S3_BUCKET", default="")
_folder: dict[str, Any] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": RECORDINGS_DIR, "file_permissions_mode": 0o600},
}
_bucket: dict[str, Any] = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": RECORDINGS_S3_BUCKET,
        "endpoint_url": env.str("RECORDINGS_S3_ENDPOINT", default="") or None,
        "region_name": env.str("RECORDINGS_S3_REGION", default="") or None,
        "access_key": env.str("RECORDINGS_S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("RECORDINGS_S3_SECRET_KEY", default="") or None,
        "default_acl": "private",
        "file_overwrite": False,
    },
}
STORAGES["recordings"] = _bucket if RECORDINGS_S3_BUCKET else _folder
# A worker's own folder for what is being written: tracks of live Spaces, and mixes.
RECORDINGS_SPOOL_DIR = Path(env.str("RECORDINGS_SPOOL_DIR", default=str(VAR_DIR / "spool")))
# With less than this left on its disk nothing is recorded, so that the rest of the site, and the database, go on.
RECORDINGS_MIN_FREE_MB: int = env.int("RECORDINGS_MIN_FREE_MB", default=500)

# The mix: how long a worker's claim lasts without a sign of it, and on how many workers it is made at once (it takes a core).
RECORDING_MIX_LEASE_SECONDS: int = env.int("RECORDING_MIX_LEASE_SECONDS", default=30)
RECORDING_MIX_RUNNERS: int = env.int("RECORDING_MIX_RUNNERS", default=1)
# Seconds until one that failed is tried again; when these are used up it is given up.
RECORDING_MIX_RETRY_SECONDS = (10, 60, 300, 1800)
# Tracks that no worker has handed over so long after the end are given up: the mix is made without them.
RECORDING_TRACKS_WAIT_SECONDS: int = env.int("RECORDING_TRACKS_WAIT_SECONDS", default=120)

# A replay is public for so long after the Space; then it is deleted, unless the host keeps it.
SPACES_REPLAY_DAYS: int = env.int("SPACES_REPLAY_DAYS", default=30)
# The host is told so many days before.
REPLAY_WARNING_DAYS = 3
# A signed link to a file of a recording works for so long: longer than anybody listens in one go.
RECORDINGS_LINK_SECONDS: int = env.int("RECORDINGS_LINK_SECONDS", default=6 * 3600)
# Whether files come from the storage's own (signed) addresses instead of through this site: for S3. Pages must then be
# allowed to play from there (RECORDINGS_MEDIA_ORIGINS, "https://files.example.org").
RECORDINGS_REDIRECT: bool = env.bool("RECORDINGS_REDIRECT", default=bool(RECORDINGS_S3_BUCKET))
RECORDINGS_MEDIA_ORIGINS: list[str] = env.list("RECORDINGS_MEDIA_ORIGINS", default=[])
# Reactions are kept for the replay in sums of so many seconds.
REACTION_SLICE_SECONDS = 5

# Clips.
CLIP_SECONDS = 30
CLIP_DAYS: int = env.int("CLIP_DAYS", default=30)
CLIP_CAPTION_MAX_LENGTH = 140
# A worker that makes a clip and gives no sign for so long has lost it to another; after so many tries it is given up.
CLIP_LEASE_SECONDS = 60
CLIP_TRIES_MAX = 3
# A clip of what was just said is cut so much later, when it has been written down for certain.
CLIP_SETTLE_SECONDS = 4

# Podcasts: so many of the latest replays; the category of Apple's list.
PODCAST_ITEMS_MAX = 100
PODCAST_CATEGORY: str = env.str("PODCAST_CATEGORY", default="Society & Culture")

__all__ = [name for name in dir() if name.isupper()]
