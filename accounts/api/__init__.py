"""Accounts over REST: parse, call one selector or service, translate."""
