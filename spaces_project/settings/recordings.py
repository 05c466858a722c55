"""Captions, recordings, replays and clips, and the workers that make them."""

from spaces_project.settings.env import env

# LiveKit's name of our workers: a job is dispatched to it explicitly, when a Space needs one.
AGENT_NAME = "spaces"
# A worker that gives no sign for so long has lost its job to another.
AGENT_LEASE_SECONDS: float = env.float("AGENT_LEASE_SECONDS", default=5.0)
AGENT_SIGN_SECONDS = 1.0
# One that was asked for and has not begun for so long is asked for again.
AGENT_START_SECONDS: float = env.float("AGENT_START_SECONDS", default=10.0)
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
}

# Engines of captions, asked in order: each takes a language and returns its EngineInfo, or None (recordings.engines).
CAPTION_ENGINES: list[str] = ["recordings.engines.whisper.info", "recordings.engines.sphinx.info"]
# Folder of a model for faster-whisper. Without one captions are rough, and English alone.
CAPTION_WHISPER_MODEL: str = env.str("CAPTION_WHISPER_MODEL", default="")

# A replay is public for so long after the Space; then it is deleted, unless the host keeps it.
SPACES_REPLAY_DAYS: int = env.int("SPACES_REPLAY_DAYS", default=30)
# Clips.
CLIP_SECONDS = 30
CLIP_DAYS: int = env.int("CLIP_DAYS", default=30)

__all__ = [name for name in dir() if name.isupper()]
