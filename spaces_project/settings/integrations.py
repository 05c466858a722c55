"""Bots: tokens that act for people."""

from spaces_project.settings.env import env

# Tokens of one person, and for how long one may be good at most; without an end it is good until it is taken back.
API_TOKENS_MAX: int = env.int("API_TOKENS_MAX", default=20)
API_TOKEN_DAYS_MAX = 366

__all__ = [name for name in dir() if name.isupper()]
