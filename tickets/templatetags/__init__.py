"""Template tags of tickets."""
