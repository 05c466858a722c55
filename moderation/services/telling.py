"""What people are told of decisions: the one concerned what, why and until when; those who reported, that it was looked at."""

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from moderation.appeal_links import appeal_path
from moderation.models import Appeal, Case, Decision, Sanction
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib.languages import written_for

_OVER = {
    Sanction.Kind.SUSPENDED: gettext_lazy("Your suspension"),
    Sanction.Kind.NO_HOSTING: gettext_lazy("The time in which you may not host"),
    Sanction.Kind.NO_SELLING: gettext_lazy("The time in which you may not sell tickets"),
}


def tell_decided(decision: Decision, person: User, *, what: str | Promise, now: datetime) -> None:
    """Tell the person concerned, in the app and by e-mail, with the way to appeal. `what` is it about ("a post")."""
    _tell(
        person,
        f"moderation:{decision.pk}",
        decision.act,
        what=what,
        why=decision.reason,
        until=decision.until,
        url=appeal_path(decision),
        now=now,
    )


def tell_restored(decision: Decision, person: User, *, now: datetime) -> None:
    """Tell somebody that what held for them has been lifted."""
    _tell(person, f"moderation:{decision.pk}", decision.act, why=decision.reason, url="/", now=now)


def tell_over(sanction: Sanction, person: User, *, now: datetime) -> None:
    """Tell somebody that the time of a sanction is over."""
    what = _OVER[Sanction.Kind(sanction.kind)]
    _tell(person, f"moderation:over:{sanction.pk}", "over", what=what, url="/", now=now)


def tell_appeal_decided(appeal: Appeal, person: User, *, now: datetime) -> None:
    """Tell somebody what came of their appeal."""
    event = f"appeal_{appeal.state}"
    url = appeal_path(appeal.decision)
    _tell(person, f"moderation:appeal:{appeal.pk}", event, why=appeal.answer, url=url, now=now)


def tell_reporters(case: Case, *, now: datetime) -> None:
    """Tell those who reported that it has been decided: not what, nor about whom."""
    reporters = User.objects.filter(reports_made__case=case, is_active=True)
    for reporter in reporters.order_by("pk"):
        why = gettext_lazy("Thank you. You do not learn what we decided, but we have looked at it.")
        _tell(
            reporter,
            f"moderation:case:{case.pk}",
            "report_decided",
            why=why,
            url=reverse("notifications"),
            now=now,
        )


def _tell(
    user: User,
    key: str,
    event: str,
    *,
    what: str | Promise = "",
    why: str | Promise = "",
    until: datetime | None = None,
    url: str,
    now: datetime,
) -> None:
    with written_for(user):
        data = {"what": str(what), "why": str(why), "until": until.isoformat() if until else "", "url": url}
    notify(user=user, kind=Kind.MODERATION, key=key, event=event, data=data, now=now)
