"""Captions, recordings, replays and clips, and the workers that make them."""

from spaces_project.settings.env import env

# LiveKit's name of our workers: a job is dispatched to it explicitly, when a Space needs one.
AGENT_NAME = "spaces"
# A worker that gives no sign for so long has lost its job to another.
AGENT_LEASE_SECONDS: float = env.float("AGENT_LEASE_SECONDS", default=5.0)

# A replay is public for so long after the Space; then it is deleted, unless the host keeps it.
SPACES_REPLAY_DAYS: int = env.int("SPACES_REPLAY_DAYS", default=30)
# Clips.
CLIP_SECONDS = 30
CLIP_DAYS: int = env.int("CLIP_DAYS", default=30)

__all__ = [name for name in dir() if name.isupper()]
