"""Who may apply to sell tickets: the checklist, and what came of applications."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from rooms.models import Space
from spaces_project.lib.errors import SpacesError
from tickets.errors import AlreadySelling, AppliedTooSoon, NotEligible, TicketsNotOpen
from tickets.models import Creator, CreatorApplication
from tickets.selectors.creators import creator_of, gates_refusal, rolled_out


@dataclass(frozen=True, slots=True)
class Checklist:
    """What it takes to apply beside being 18 or over, and what there is of it: followers, and Spaces hosted in so many days."""

    followers: int
    followers_needed: int
    spaces: int
    spaces_needed: int
    days: int

    @property
    def has_followers(self) -> bool:
        """Whether enough people follow."""
        return self.followers >= self.followers_needed

    @property
    def has_spaces(self) -> bool:
        """Whether enough Spaces were hosted lately."""
        return self.spaces >= self.spaces_needed

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing that can be counted."""
        return self.has_followers and self.has_spaces


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is on the way to selling. `application` is the latest; `refusal` is why they cannot apply now."""

    is_open: bool
    checklist: Checklist
    application: CreatorApplication | None
    creator: Creator | None
    refusal: SpacesError | None

    @property
    def is_selling_granted(self) -> bool:
        """Whether staff let them sell."""
        return self.creator is not None and self.creator.is_selling_granted

    @property
    def was_withdrawn(self) -> bool:
        """Whether staff let them sell once, and do so no more."""
        return self.creator is not None and self.creator.selling_withdrawn_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether an application waits for its decision."""
        return _is_waiting(self.application)


def checklist_of(user: User, *, now: datetime) -> Checklist:
    """Where `user` stands (X Ticketed Spaces: 1,000 followers, 3 Spaces in the last 30 days). One query."""
    days: int = settings.SELLING_SPACES_DAYS
    hosted = Space.objects.filter(host=user, started_at__gt=now - timedelta(days=days))
    return Checklist(
        followers=user.follower_count,
        followers_needed=settings.SELLING_MIN_FOLLOWERS,
        spaces=hosted.filter(state__in=(Space.State.LIVE, Space.State.ENDED)).count(),
        spaces_needed=settings.SELLING_MIN_SPACES,
        days=days,
    )


def creator_standing(user: User, *, now: datetime) -> Standing:
    """Everything about the way of `user` to selling. Four queries at most."""
    application, creator = latest_application(user), creator_of(user)
    checklist = checklist_of(user, now=now)
    refusal = application_refusal(
        user, creator=creator, application=application, checklist=checklist, now=now
    )
    return Standing(rolled_out(user), checklist, application, creator, refusal)


def application_refusal(
    user: User,
    *,
    creator: Creator | None,
    application: CreatorApplication | None,
    checklist: Checklist,
    now: datetime,
) -> SpacesError | None:
    """Why `user` cannot apply now; None when they can. `application` is their latest. One that waits is no reason."""
    if not rolled_out(user):
        return TicketsNotOpen()
    if refusal := gates_refusal(user):
        return refusal
    if creator is not None and creator.is_selling_granted:
        return AlreadySelling()
    if (again_at := may_apply_again_at(application)) and again_at > now:
        return AppliedTooSoon()
    return None if checklist.is_met else NotEligible()


def latest_application(user: User) -> CreatorApplication | None:
    """The application that `user` has made last. One query."""
    return CreatorApplication.objects.filter(user=user).order_by("-pk").first()


def may_apply_again_at(application: CreatorApplication | None) -> datetime | None:
    """When somebody whose latest application was refused may apply again; None where nothing holds them back."""
    if application is None or application.state != CreatorApplication.State.REFUSED:
        return None
    assert application.decided_at is not None
    return application.decided_at + timedelta(days=settings.SELLING_APPLY_AGAIN_DAYS)


def applications() -> Any:
    """All applications with the people, for staff."""
    return CreatorApplication.objects.select_related("user", "decided_by")


def waiting_applications() -> int:
    """How many wait for a decision."""
    return CreatorApplication.objects.filter(Q(state=CreatorApplication.State.APPLIED)).count()


def _is_waiting(application: CreatorApplication | None) -> bool:
    return application is not None and application.state == CreatorApplication.State.APPLIED
