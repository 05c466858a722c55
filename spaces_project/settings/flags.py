"""Features that can be on for some people only: declared here, changed by staff in the admin (app `flags`)."""

from typing import NamedTuple

from spaces_project.settings.env import env


class Flag(NamedTuple):
    """`share`: the percentage of people it is on for until staff say otherwise; `about`: what it is, in a sentence."""

    share: int
    about: str


FLAGS: dict[str, Flag] = {
    "tickets": Flag(100, "Hosts sell tickets for their Spaces, and people buy them."),
    "clips": Flag(100, "Listeners cut clips of 30 seconds out of a Space."),
}
# A change is seen by every process within so many seconds: so long each keeps what it has read.
FLAGS_SECONDS: float = env.float("FLAGS_SECONDS", default=3.0)

__all__ = ["FLAGS", "FLAGS_SECONDS", "Flag"]
