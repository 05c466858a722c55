"""Reads of what is kept, each with the right to see it."""
