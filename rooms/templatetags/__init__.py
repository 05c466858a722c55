"""Template tags of Spaces."""
