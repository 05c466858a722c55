"""Feedback and the list over REST."""
