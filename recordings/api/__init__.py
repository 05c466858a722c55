"""`/api/v1/…` of captions, recordings, replays and clips."""
