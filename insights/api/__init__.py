"""Insights over REST: what clients report, what hosts and staff read."""
