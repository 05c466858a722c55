"""What moderation answers when apps below ask: may somebody sign in, host, sell, enter a Space?"""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.gates import SignInRefused
from accounts.models import User
from moderation.appeal_links import appeal_path
from moderation.errors import AccountSuspended, HostingWithdrawn, SellingWithdrawn
from moderation.models import Sanction
from moderation.selectors.sanctions import active_sanction
from moderation.services.sanctions import sanctions_expire
from rooms.models import Participation, Space
from spaces_project.lib.errors import SpacesError


def may_sign_in(user: User, now: datetime) -> SpacesError | None:
    """Whoever is suspended may not (`SIGN_IN_GATES`). They have shown who they are: the way to their appeal is theirs."""
    if not user.is_suspended:
        return None
    sanction = active_sanction(user, Sanction.Kind.SUSPENDED, now)
    if sanction is None:
        # It has just run out, and nobody has come by to lift it yet.
        sanctions_expire(now=now, person=user)
        user.is_suspended = False
        return None
    return SignInRefused(
        AccountSuspended.message,
        code=AccountSuspended.code,
        reason=sanction.decision.reason,
        until=sanction.until,
        url=appeal_path(sanction.decision),
    )


def may_host(user: User) -> SpacesError | None:
    """Not without the right that staff have withdrawn (`HOSTING_GATES`), nor while suspended."""
    if user.is_suspended:
        return AccountSuspended()
    return HostingWithdrawn() if _holds(user, Sanction.Kind.NO_HOSTING) else None


def may_sell(user: User) -> SpacesError | None:
    """Not without the right that staff have withdrawn. For whoever sells tickets to ask."""
    return SellingWithdrawn() if _holds(user, Sanction.Kind.NO_SELLING) else None


def must_not_be_suspended(
    space: Space, user: User | AnonymousUser, participation: Participation | None
) -> SpacesError | None:
    """Whoever is suspended enters no Space (`SPACE_ENTRY_GATES`); asked of the database, since theirs ends at once."""
    if not isinstance(user, User):
        return None
    return AccountSuspended() if User.objects.filter(pk=user.pk, is_suspended=True).exists() else None


def _holds(user: User, kind: Sanction.Kind) -> bool:
    return active_sanction(user, kind, timezone.now()) is not None
