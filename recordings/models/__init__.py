"""What is kept of what was said in a Space. All offsets are milliseconds since the Space's `started_at`.

- `agents`: the workers that a Space wants in its room
- `captions`: what was understood, line by line
- `recordings`: what was recorded, a track for each stay on stage, and the mix made of them
- `clips`: short pieces that listeners share
- `counts`: reactions in the order of time, and who has played what today
"""

from recordings.models.agents import AgentJob
from recordings.models.captions import CaptionLine
from recordings.models.clips import Clip
from recordings.models.counts import Play, ReactionSlice
from recordings.models.recordings import (
    DoomedFile,
    Recording,
    RecordingConsent,
    RecordingStretch,
    RecordingTrack,
)

__all__ = [
    "AgentJob",
    "CaptionLine",
    "Clip",
    "DoomedFile",
    "Play",
    "ReactionSlice",
    "Recording",
    "RecordingConsent",
    "RecordingStretch",
    "RecordingTrack",
]
