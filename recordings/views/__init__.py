"""Pages of recordings, replays and clips."""
