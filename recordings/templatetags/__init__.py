"""Template tags of recordings."""
