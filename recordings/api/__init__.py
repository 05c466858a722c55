"""REST of replays, clips and transcripts."""
