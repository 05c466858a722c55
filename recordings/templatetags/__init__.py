"""Template tags of replays and clips."""
