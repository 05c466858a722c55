"""Captions, recordings, replays and clips, and the workers that make them."""

from spaces_project.settings.env import env

# LiveKit's name of our workers: a job is dispatched to it explicitly, when a Space needs one.
AGENT_NAME = "spaces"
# A worker that gives no sign for so long has lost its job to another.
AGENT_LEASE_SECONDS: float = env.float("AGENT_LEASE_SECONDS", default=5.0)

# A replay is public for so long after the Space; then it is deleted, unless the host keeps it.
SPACES_REPLAY_DAYS: int = env.int("SPACES_REPLAY_DAYS", default=30)
# Asked in order before anybody hears a replay: see recordings.gates.
REPLAY_GATES: list[str] = []
# A signed link to a file of a recording works for so long: longer than anybody listens in one go.
RECORDINGS_LINK_SECONDS: int = env.int("RECORDINGS_LINK_SECONDS", default=6 * 3600)
# Whether files come from the storage's own (signed) addresses instead of through this site: for S3.
RECORDINGS_REDIRECT: bool = env.bool("RECORDINGS_REDIRECT", default=False)
# Reactions are kept for the replay in sums of so many seconds.
REACTION_SLICE_SECONDS = 5
# A play counts once somebody has listened for so long.
PLAY_SECONDS = 5

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
