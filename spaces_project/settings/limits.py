"""How often anybody may do something: one table for pages, API and socket, which count together (docs/rules.md prints it)."""

from typing import NamedTuple

from spaces_project.settings.env import env

# So many times in any stretch of so many seconds.
Rate = tuple[int, float]


class Limit(NamedTuple):
    """What one account may do, one that is younger than `SPACES_NEW_ACCOUNT_HOURS`, and all who come from one address.

    None is no limit of that kind. Many people share an address (a lecture hall, a phone network): its numbers are for those who
    make themselves accounts by the dozen.
    """

    account: Rate | None
    new_account: Rate | None
    address: Rate | None
    # Whether it is refused when nobody can count, where everything else passes.
    needs_counting: bool = False


# Where more people than usual come from one address: its numbers times this.
_crowd: int = max(1, env.int("SPACES_LIMITS_ADDRESS_FACTOR", default=1))


def _limit(account: Rate | None, new_account: Rate | None, address: Rate) -> Limit:
    times, seconds = address
    return Limit(account, new_account, (times * _crowd, seconds))


LIMITS: dict[str, Limit] = {
    # Who signs in is not known yet; for each account tried, see ACCOUNT_RATE_LIMITS.
    "sign_in": Limit(None, None, (30, 60), needs_counting=True),
    "sign_up": Limit(None, None, (20, 60), needs_counting=True),
    # Only those that fail; the account is the one that was tried.
    "sign_in_failed": Limit((5, 300), (5, 300), (10, 60), needs_counting=True),
    "post.create": _limit((10, 60), (4, 60), (200, 60)),
    "post.like": _limit((60, 60), (30, 60), (600, 60)),
    "direct.send": _limit((20, 60), (6, 60), (200, 60)),
    # Faster than anybody reads.
    "message.post": _limit((5, 10), (3, 10), (300, 10)),
    "space.react": _limit((10, 5), (5, 5), (600, 5)),
    "stage.request": _limit((10, 60), (4, 60), (300, 60)),
    "stage.invite": _limit((30, 60), (15, 60), (300, 60)),
    "report.create": _limit((20, 3600), (5, 3600), (100, 3600)),
    "space.join": _limit((60, 60), (30, 60), (1200, 60)),
    # A lecture hall behind one address gets in within minutes.
    "guest.join": _limit(None, None, (120, 60)),
    "follow": _limit((60, 60), (20, 60), (600, 60)),
    "follow.import": _limit((6, 3600), (3, 3600), (60, 3600)),
    "space.remind": _limit((60, 60), (30, 60), (1200, 60)),
    # A crowd that wants the last seats comes at once, and each tries again and again.
    "ticket.hold": _limit((20, 60), (10, 60), (1200, 60)),
    "ticket.wait": _limit((20, 60), (10, 60), (1200, 60)),
    "ticket.transfer": _limit((10, 3600), (5, 3600), (60, 3600)),
    "tip.start": _limit((10, 60), (3, 60), (300, 60)),
    # While one types, a search follows each pause.
    "search": _limit((60, 30), (30, 30), (600, 60)),
    "clip.create": _limit((10, 600), (3, 600), (100, 600)),
    "picture.upload": _limit((10, 60), (5, 60), (100, 60)),
    "push.subscribe": _limit((10, 60), (5, 60), (300, 60)),
    # A page tells of the bubbles on it, a player of a join.
    "insights.report": _limit((120, 60), (60, 60), (2400, 60)),
    "feedback.send": _limit((10, 3600), (5, 3600), (100, 3600)),
    "feedback.vote": _limit((60, 60), (30, 60), (600, 60)),
    "webhook.ping": _limit((10, 60), (5, 60), (100, 60)),
    "creator.apply": _limit((10, 3600), (5, 3600), (100, 3600)),
    # Each asks Stripe for a page.
    "creator.onboard": _limit((10, 60), (5, 60), (100, 60)),
    # Each goes through all that is kept of somebody.
    "export.create": _limit((2, 86_400), (2, 86_400), (100, 86_400)),
    "earnings.export": _limit((6, 60), (3, 60), (60, 60)),
    "api": _limit((600, 60), (300, 60), (6000, 60)),
    "socket.command": _limit((300, 30), (200, 30), (6000, 30)),
    "socket.connect": _limit((240, 60), (120, 60), (3000, 60)),
}

__all__ = ["LIMITS"]
