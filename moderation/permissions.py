"""Who of staff may do what: one table of groups and rights, which the admin and every act of staff ask.

`docs/staff.md` is printed from it by a test. The Django groups of these names, and what they may see in the admin, are kept in
step with it after every migration (`groups_sync`). Superusers count as administrators; staff without a group may nothing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Act
from spaces_project.lib import audit
from spaces_project.lib.errors import NotAllowed


class Right(StrEnum):
    """What staff may do beside the acts that decide something (`moderation.models.Act`)."""

    QUEUE = "queue"
    EVIDENCE = "evidence"
    AUDIT = "audit"
    APPEALS = "appeals"
    LIVE = "live"
    MONEY = "money"
    CREATORS = "creators"
    REFUND = "refund"
    RECONCILE = "reconcile"
    ROLL_OUT = "roll_out"
    INSIGHTS = "insights"
    FEEDBACK = "feedback"

    @property
    def label(self) -> str:
        """In words."""
        return str(_LABELS[self])


_LABELS = {
    Right.QUEUE: gettext_lazy("Read the queue and its cases"),
    Right.EVIDENCE: gettext_lazy("Read evidence"),
    Right.AUDIT: gettext_lazy("Read the audit log"),
    Right.APPEALS: gettext_lazy("Decide appeals"),
    Right.LIVE: gettext_lazy("See what is on air, and what can be heard again; listen hidden"),
    Right.MONEY: gettext_lazy("Read sales, tips, refunds, disputes, payouts and the ledger"),
    Right.CREATORS: gettext_lazy("Decide who may sell tickets"),
    Right.REFUND: gettext_lazy("Pay tickets and tips back"),
    Right.RECONCILE: gettext_lazy("Have Stripe's events tried again, compare the books, explain differences"),
    Right.ROLL_OUT: gettext_lazy("Open tickets to a share of the people"),
    Right.INSIGHTS: gettext_lazy("See how many people are here, and what they do, in figures"),
    Right.FEEDBACK: gettext_lazy("Read feedback, answer it, keep the list of what is planned"),
}

MODERATOR, FINANCE, SUPPORT, ADMINISTRATOR = GROUPS = ("moderator", "finance", "support", "administrator")

Needed = Act | Right

ALLOWED: dict[Needed, frozenset[str]] = {
    Right.QUEUE: frozenset({MODERATOR, FINANCE, SUPPORT, ADMINISTRATOR}),
    Right.EVIDENCE: frozenset({MODERATOR, ADMINISTRATOR}),
    Right.AUDIT: frozenset({ADMINISTRATOR}),
    Right.APPEALS: frozenset({MODERATOR, ADMINISTRATOR}),
    Right.LIVE: frozenset({MODERATOR, ADMINISTRATOR}),
    Right.MONEY: frozenset({FINANCE, ADMINISTRATOR}),
    Right.CREATORS: frozenset({FINANCE, ADMINISTRATOR}),
    Right.REFUND: frozenset({FINANCE, ADMINISTRATOR}),
    Right.RECONCILE: frozenset({FINANCE, ADMINISTRATOR}),
    Right.ROLL_OUT: frozenset({FINANCE, ADMINISTRATOR}),
    Right.INSIGHTS: frozenset({FINANCE, ADMINISTRATOR}),
    Right.FEEDBACK: frozenset({SUPPORT, ADMINISTRATOR}),
    Act.DISMISS: frozenset({MODERATOR, SUPPORT, ADMINISTRATOR}),
    Act.WARN: frozenset({MODERATOR, SUPPORT, ADMINISTRATOR}),
    Act.DELETE_CONTENT: frozenset({MODERATOR, ADMINISTRATOR}),
    Act.REMOVE: frozenset({MODERATOR, ADMINISTRATOR}),
    Act.END_SPACE: frozenset({MODERATOR, ADMINISTRATOR}),
    Act.SUSPEND: frozenset({MODERATOR, ADMINISTRATOR}),
    Act.WITHDRAW_HOSTING: frozenset({MODERATOR, ADMINISTRATOR}),
    Act.WITHDRAW_SELLING: frozenset({FINANCE, ADMINISTRATOR}),
    Act.RESTORE: frozenset({MODERATOR, ADMINISTRATOR}),
}

# What each right shows in the admin: "app.model" to see. Nothing is changed there but by services that ask the table.
_SHOWS: dict[Right, tuple[str, ...]] = {
    Right.QUEUE: ("moderation.case", "moderation.decision", "moderation.sanction", "accounts.user"),
    Right.EVIDENCE: ("moderation.evidenceaccess",),
    Right.AUDIT: ("moderation.auditentry",),
    Right.APPEALS: ("moderation.appeal",),
    Right.LIVE: (
        "moderation.onairspace",
        "recordings.recording",
        "recordings.clip",
        "rooms.space",
        "rooms.participation",
        "rooms.attendance",
        "social.post",
    ),
    Right.MONEY: (
        "tickets.order",
        "tickets.tip",
        "tickets.refund",
        "tickets.dispute",
        "tickets.payout",
        "tickets.ledgertransaction",
        "tickets.stripeevent",
        "tickets.reconciliationrun",
    ),
    Right.CREATORS: ("tickets.creatorapplication", "tickets.creator"),
    Right.INSIGHTS: ("insights.dailyfigure",),
    Right.FEEDBACK: ("feedback.feedback", "feedback.roadmapitem"),
}
# What administrators do in the admin beyond that.
_KEEPS: tuple[str, ...] = (
    "accounts.change_user",
    "accounts.view_follow",
    "accounts.delete_follow",
    "accounts.view_hostingwaiver",
    "accounts.add_hostingwaiver",
    "accounts.change_hostingwaiver",
    "accounts.delete_hostingwaiver",
    "account.view_emailaddress",
    "flags.view_featureflag",
    "flags.change_featureflag",
    "rooms.view_topic",
    "rooms.add_topic",
    "rooms.change_topic",
    "rooms.delete_topic",
    "rooms.view_upcomingspace",
    "rooms.view_reminder",
    "rooms.view_reminderfanout",
    "social.delete_post",
    "social.view_notification",
    "social.view_fanout",
    "social.view_delivery",
)


def groups_of(user: Any) -> frozenset[str]:
    """The groups of the table that somebody of staff is in; nothing for everybody else. One query, none for superusers."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return frozenset()
    if user.is_superuser:
        return frozenset({ADMINISTRATOR})
    return frozenset(name.lower() for name in user.groups.values_list("name", flat=True)) & frozenset(GROUPS)


def rights_of(user: Any) -> frozenset[Needed]:
    """Everything that this person may do as staff."""
    groups = groups_of(user)
    return frozenset(needed for needed, allowed in ALLOWED.items() if groups & allowed)


def is_allowed(user: Any, needed: Needed) -> bool:
    """Whether this person may do that as staff."""
    return bool(groups_of(user) & ALLOWED[needed])


def may_listen_hidden(user_id: int) -> bool:
    """Whether the person of this id may be in the sound of a Space hidden (`HIDDEN_LISTENERS`)."""
    user = get_user_model().objects.filter(pk=user_id).first()
    return user is not None and is_allowed(user, Right.LIVE)


def require_staff(by: Any, needed: Needed | str, *, now: datetime | None = None) -> None:
    """Return if `by` may do it: an Act, a Right, or the value of either.

    Raises NotAllowed (`staff.not_allowed`), and writes that into the audit log in a transaction of its own: ask before the
    transaction of the act, which would take the entry back with it.
    """
    needed = needed_of(needed)
    if not is_allowed(by, needed):
        refuse(by, needed, now=now)


def refuse(
    by: Any, needed: Needed, *, now: datetime | None = None, error: NotAllowed | None = None
) -> NoReturn:
    """Write down that `by` has tried, and raise NotAllowed (`staff.not_allowed`), or `error` where it is not the group."""
    with transaction.atomic():
        audit.record(
            act="staff.refused",
            by=by if by.is_authenticated else None,
            target_kind="right",
            target_id=needed.value,
            now=now or timezone.now(),
        )
    raise error or NotAllowed(_("Your group may not do that."), code="staff.not_allowed")


def needed_of(value: Needed | str) -> Needed:
    """The row of the table of this name. Raises ValueError."""
    if isinstance(value, Act | Right):
        return value
    try:
        return Act(value)
    except ValueError:
        return Right(value)


def model_permissions(group: str) -> set[str]:
    """What a group may do in the admin, as "app.codename"."""
    shown = {name for right, names in _SHOWS.items() if group in ALLOWED[right] for name in names}
    permissions = {f"{app}.view_{model}" for app, model in (name.split(".") for name in shown)}
    return permissions | set(_KEEPS) if group == ADMINISTRATOR else permissions


def groups_sync(**kwargs: Any) -> None:
    """Make the Django groups, and what they may do in the admin, what the table says (after every migration)."""
    using = kwargs.get("using", "default")
    there = {
        group.name: group for group in Group.objects.using(using).filter(name__in=map(str.title, GROUPS))
    }
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.using(using).values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    held = Group.permissions.through._default_manager.using(using)
    for name in GROUPS:
        group = there.get(name.title()) or Group.objects.using(using).create(name=name.title())
        wanted = {known[permission] for permission in model_permissions(name) if permission in known}
        has = set(held.filter(group=group).values_list("permission_id", flat=True))
        if has != wanted:
            group.permissions.set(wanted)
