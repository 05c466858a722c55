"""Who the host is: handing over, and what happens when the host does not come back."""

from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.gates import hosting_refusal
from accounts.selectors import person_card
from rooms.errors import AlreadyLive, MayNotHost, NotOnStage
from rooms.events import emit
from rooms.live import bubbles
from rooms.models import Invitation, Participation, Role, Space
from rooms.services.blocking import host_kept_apart
from rooms.services.closing import close_invitations, drop_requests_not_allowed
from rooms.services.lifecycle import space_end
from rooms.services.locks import locked_participation, locked_space
from rooms.services.seats import set_role

Reason = Literal["handed_over", "host_left"]


def change_host(space: Space, heir: Participation, *, reason: Reason, now: datetime) -> None:
    """Make `heir`, who is on stage, the host of the locked Space; the host so far becomes a co-host, or a speaker where
    those seats are taken.

    Raises NotOnStage, AlreadyLive (a host is on air once at a time), MayNotHost.
    """
    if not heir.on_stage:
        raise NotOnStage()
    if hosting_refusal(heir.user) is not None:
        raise MayNotHost()
    former = locked_participation(space, space.host_id)
    space.host = heir.user
    space.host_absent_since = None
    try:
        with transaction.atomic():
            space.save(update_fields=["host", "host_absent_since"])
    except IntegrityError as error:
        raise AlreadyLive(_("This person is live in another Space.")) from error
    if former is not None:
        _step_back(space, former, heir, now=now)
    set_role(space, heir, role=Role.HOST, now=now)
    close_invitations(space, to=heir.user_id, state=Invitation.State.EXPIRED, now=now)
    emit(space, "space.host_changed", {"host": person_card(heir.user), "reason": reason})
    drop_requests_not_allowed(space, now=now)
    host_kept_apart(space, now=now)
    bubbles.announce_on_commit(space)


def relieve_absent_host(*, space: Space, now: datetime) -> None:
    """A Space goes on without its host for `SPACES_HOST_GRACE_SECONDS`; then the present co-host who has been one for the
    longest is its host, and without any it ends by itself."""
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        ends_at = _grace_ends_at(space)
        if not space.is_live or ends_at is None or ends_at > now:
            return
        cohosts = Participation.objects.filter(
            space=space, role=Role.COHOST, left_at__isnull=True, removed_at__isnull=True
        )
        for heir in cohosts.select_related("user").order_by("role_since", "pk"):
            try:
                with transaction.atomic():
                    change_host(space, heir, reason="host_left", now=now)
            except (AlreadyLive, MayNotHost):
                space.refresh_from_db()
                continue
            return
        space_end(space=space, by=None, now=now, reason=Space.EndReason.HOST_LEFT)


def _step_back(space: Space, former: Participation, heir: Participation, *, now: datetime) -> None:
    others = Participation.objects.filter(space=space, role=Role.COHOST, removed_at__isnull=True)
    taken = others.exclude(pk=heir.pk).count()
    role = Role.COHOST if taken < settings.SPACES_COHOSTS_MAX else Role.SPEAKER
    set_role(space, former, role=role, now=now)
    # Whoever is no host any more cannot have invited co-hosts, and a speaker nobody.
    lost = Role.COHOST if role == Role.COHOST else ""
    close_invitations(space, by=former.user_id, role=lost, state=Invitation.State.EXPIRED, now=now)


def _grace_ends_at(space: Space) -> datetime | None:
    if space.host_absent_since is None:
        return None
    return space.host_absent_since + timedelta(seconds=settings.SPACES_HOST_GRACE_SECONDS)
