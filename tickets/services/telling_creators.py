"""What creators are told of decisions about them: in the app, by e-mail and push, as they chose. Call it in the transaction."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from social.models import Kind
from spaces_project.lib.languages import written_to
from tickets.links import CREATOR
from tickets.models import Creator, CreatorApplication
from tickets.services.telling import tell


@written_to(lambda application, **_rest: application.user)
def tell_granted(application: CreatorApplication, *, now: datetime) -> None:
    """Staff let them sell; `reason` are words to them, or ""."""
    how = _("Connect an account for your payouts, then sell tickets for a Space that you schedule.")
    text = application.reason or how
    _tell(application.user, "selling_granted", application.pk, _("You can sell tickets now"), text, now)


@written_to(lambda application, **_rest: application.user)
def tell_refused(application: CreatorApplication, *, now: datetime) -> None:
    """Staff do not let them sell."""
    days: int = settings.SELLING_APPLY_AGAIN_DAYS
    again = ngettext("You can apply again in {n} day.", "You can apply again in {n} days.", days).format(
        n=days
    )
    line = _("You cannot sell tickets yet")
    _tell(application.user, "selling_refused", application.pk, line, f"{application.reason} {again}", now)


@written_to(lambda creator, reason, **_rest: creator.user)
def tell_withdrawn(creator: Creator, reason: str, *, now: datetime) -> None:
    """Staff let them sell no more."""
    kept = _("Tickets that you have sold stay good, and what you have earned stays yours.")
    line = _("You cannot sell tickets any more")
    key = f"{creator.pk}:{now.isoformat()}"
    _tell(creator.user, "selling_withdrawn", key, line, f"{reason} {kept}", now)


def _tell(user: User, event: str, key: int | str, line: str, text: str, now: datetime) -> None:
    key = f"{event}:{key}"
    tell(user, Kind.EARNINGS, event, key=key, line=line, text=text, url=CREATOR, now=now)
