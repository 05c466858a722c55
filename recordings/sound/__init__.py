"""Sound in files: a speaker's track while it is recorded, and the mix that is made of tracks. Knows no database.

Samples are 16-bit, mono, 48,000 a second (Opus' and LiveKit's own rate).

- `writing`: one track, as Opus in Ogg, that outlives its writer
- `reading`: a track from its file, piece by piece
- `mixing`: tracks laid over each other, as MP3, and the peaks of it
- `timeline`: from a Space's time to its replay's, and back
"""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

SAMPLE_RATE = 48_000
SAMPLES_PER_MS = SAMPLE_RATE // 1000
