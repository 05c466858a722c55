"""What tickets answer when apps below ask: may somebody enter a ticketed Space, hear its replay?"""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from accounts.models import User
from rooms.models import STAGE_ROLES, Participation, Space
from spaces_project.lib.errors import SpacesError
from tickets.errors import ReplayNotIncluded, TicketRequired
from tickets.selectors.offers import offer_card, offer_of
from tickets.selectors.tickets import may_enter, ticket_of

Viewer = User | AnonymousUser


def must_hold_ticket(space: Space, user: Viewer, participation: Participation | None) -> SpacesError | None:
    """Into a ticketed Space get its host, people of the stage and those invited to it, guests of the offer, and whoever
    holds a valid ticket (`SPACE_ENTRY_GATES`). One query where there is no offer, four at most where there is."""
    offer = offer_of(space.pk)
    if offer is None or may_enter(offer, user, participation):
        return None
    return TicketRequired(ticket=offer_card(offer, now=timezone.now()))


def must_hold_replay_ticket(space: Space, user: Viewer) -> SpacesError | None:
    """The ticket is the key to the replay as well, where the offer includes it; who was on stage hears it in any case
    (`REPLAY_GATES`). One query where there is no offer."""
    offer = offer_of(space.pk)
    if offer is None or (isinstance(user, User) and _took_part(offer.seller.user_id, space, user)):
        return None
    if not offer.includes_replay:
        return ReplayNotIncluded()
    if ticket_of(space, user) is not None or may_enter(offer, user):
        return None
    return TicketRequired(_("You need a ticket for this Space to hear its replay."))


def _took_part(seller_id: int, space: Space, user: User) -> bool:
    """Whether `user` sells the Space, or was on its stage."""
    if user.pk in (space.host_id, seller_id):
        return True
    mine = Participation.objects.filter(space=space, user=user, removed_at__isnull=True)
    return mine.filter(role__in=STAGE_ROLES).exists()
