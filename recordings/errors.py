"""What can be wrong with captions, recordings and clips: stable codes, and sentences for people."""

from spaces_project.lib.errors import Conflict


class ClaimLost(Conflict):
    """A worker that has lost its job to another wants to write."""

    code = "agent.claim_lost"
    message = "Another worker has taken over."
