"""Tickets and tips over REST."""
