"""Writes of what is kept."""
