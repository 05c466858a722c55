"""Pages of feedback and the list."""
