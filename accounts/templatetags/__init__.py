"""Template tags of people and of the page itself."""
