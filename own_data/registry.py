"""What becomes of each table when somebody's account is deleted, and what of it they can take along: one line a table.

A table that is not in here fails tests/own_data/test_registry.py, and so does a column that refers to a person, or that can
hold words, and is not declared. Names of columns are Django's; those with `__` lead over other tables.

- `gone`: rows in which one of these is the person are deleted.
- `goes_with`: they are deleted with the row that this refers to.
- `forgets`: these refer to nobody afterwards; the rows stay, for they are somebody else's.
- `keeps`: these go on referring to the emptied account, of which nothing but its number is left; `why` says what for.
- `empties`: what these columns hold afterwards, in rows that are the person's by one of `by`.
- `says`: columns with words or numbers that stay as they are: they say nothing about the person, or `why` says why they stay.
- `takes`: what of it is in the export.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Takes:
    """A part of the export: the file it is in (`area`), by which columns a row is the person's, which are left out, and which
    name a file of a storage ("default", "recordings") that is put beside it."""

    area: str
    by: tuple[str, ...]
    without: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Declared:
    """What was declared of one table."""

    gone: tuple[str, ...] = ()
    goes_with: str = ""
    forgets: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    empties: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    why: str = ""
    takes: Takes | None = None


def _gone(*by: str, takes: Takes | None = None, **more: Any) -> Declared:
    return Declared(gone=by, takes=takes, **more)


def _nobody(*says: str, why: str = "It is about nobody.") -> Declared:
    return Declared(says=says, why=why)


_BOOKS = "The books have to be kept; of whom they are, they know by the number of an emptied account."
_STRIPE = (
    "Refunds, disputes and the comparison with Stripe find their payment by it; who paid, Stripe alone knows."
)
_RULES = "What moderators decided holds, and can be looked up, without a name."

_DJANGO = {
    "admin.LogEntry": Declared(
        keeps=("user",),
        says=("object_id", "object_repr", "change_message"),
        why="What staff did in the admin; what it says about the person is emptied by a step of its own.",
    ),
    "auth.Permission": _nobody("name", "codename"),
    "auth.Group_permissions": _nobody(),
    "auth.Group": _nobody("name"),
    "contenttypes.ContentType": _nobody("app_label", "model"),
    "sessions.Session": _nobody(
        "session_key",
        "session_data",
        why="Those of the person end when they ask for the deletion, "
        "and what ends by itself is cleared every day.",
    ),
    "account.EmailAddress": _gone("user", takes=Takes("account", ("user",))),
    "account.EmailConfirmation": Declared(goes_with="email_address"),
    "mfa.Authenticator": _gone("user", takes=Takes("account", ("user",), without=("data",))),
    "usersessions.UserSession": _gone(
        "user", takes=Takes("sessions", ("user",), without=("session_key", "data"))
    ),
}

_ACCOUNTS = {
    "accounts.User": Declared(
        empties={
            "bio": "",
            "email": "",
            "time_zone": "",
            "language": "",
            "picture": "",
            "is_staff": False,
            "is_superuser": False,
        },
        by=("pk",),
        says=("password", "handle", "name"),
        why="The row stays, emptied (accounts.services.account_empty): books, decisions and the log refer to its number.",
        takes=Takes("account", ("pk",), without=("password", "is_superuser"), files={"picture": "default"}),
    ),
    "accounts.User_groups": _gone("user"),
    "accounts.User_user_permissions": _gone("user"),
    "accounts.Follow": _gone("follower", "followee", takes=Takes("follows", ("follower", "followee"))),
    # Who mutes or blocks somebody is not told to them.
    "accounts.PersonMute": _gone("owner", "person", takes=Takes("muted", ("owner",))),
    "accounts.Block": _gone("owner", "person", takes=Takes("blocked", ("owner",))),
    "accounts.HostingWaiver": _gone(
        "user", takes=Takes("hosting", ("user",), without=("granted_by",)), forgets=("granted_by",)
    ),
    "flags.FeatureFlag": _nobody("name"),
    "flags.FlagPerson": _gone("user", takes=Takes("account", ("user",))),
}

_SOCIAL = {
    "social.InboxSettings": _gone("user", takes=Takes("account", ("user",))),
    # A conversation is of both: it goes whole, as it does when the other one leaves.
    "social.Conversation": _gone("low", "high"),
    "social.ConversationSide": _gone("user", "other"),
    "social.DirectMessage": _gone(
        "author",
        goes_with="conversation",
        takes=Takes("messages", ("conversation__low", "conversation__high")),
    ),
    "social.Post": _gone("author", takes=Takes("posts", ("author",))),
    "social.PostLike": _gone("user", takes=Takes("likes", ("user",))),
    "social.Notification": _gone("user", "actor", takes=Takes("notifications", ("user",))),
    "social.NotificationPreference": _gone("user", takes=Takes("account", ("user",))),
    "social.Fanout": _gone("actor"),
    "social.Delivery": _gone(
        "user", takes=Takes("notifications_sent", ("user",), without=("claim", "claimed_until"))
    ),
    "social.AppDevice": _gone("user", takes=Takes("devices", ("user",), without=("token", "session_key"))),
    "social.PushSubscription": _gone(
        "user", takes=Takes("devices", ("user",), without=("endpoint", "p256dh", "auth"))
    ),
}

_ROOMS = {
    "rooms.Topic": _nobody("slug", "name"),
    "rooms.Space_topics": Declared(goes_with="space"),
    "rooms.Space": Declared(
        keeps=("host",),
        empties={
            "title": "Deleted Space",
            "rules": "",
            "description": "",
            "blocked_words": [],
            "time_zone": "",
        },
        by=("host",),
        why="Deleted with all that is in them; only of those for which tickets were sold an empty row stays, for the books.",
        takes=Takes("spaces", ("host",)),
    ),
    "rooms.Participation": _gone("user", takes=Takes("spaces_visited", ("user",), without=("connection",))),
    "rooms.Attendance": Declared(
        goes_with="participation", takes=Takes("listening", ("participation__user",))
    ),
    "rooms.RoomMessage": _gone(
        "author",
        forgets=("deleted_by",),
        takes=Takes("room_messages", ("author",), without=("deleted_by",)),
    ),
    "rooms.SpaceSeries": _gone("host", takes=Takes("spaces", ("host",))),
    "rooms.Reminder": _gone("user", takes=Takes("reminders", ("user",))),
    "rooms.CalendarFeed": _gone("user", takes=Takes("account", ("user",), without=("secret",))),
    "rooms.TopicFollow": _gone("user", takes=Takes("follows", ("user",))),
    "rooms.SpeakRequest": _gone(
        "user", forgets=("decided_by",), takes=Takes("stage", ("user",), without=("decided_by",))
    ),
    "rooms.Invitation": _gone("user", "by", takes=Takes("stage", ("user", "by"))),
    "rooms.Pin": _gone("by", takes=Takes("spaces", ("by",))),
}

_RECORDINGS = {
    "recordings.AgentJob": Declared(goes_with="space"),
    "recordings.CaptionLine": _gone("user", takes=Takes("captions", ("user",))),
    "recordings.Clip": _gone(
        "by",
        takes=Takes(
            "clips",
            ("by",),
            without=("claimed_until", "tries", "due_at"),
            files={"audio": "recordings", "video": "recordings", "poster": "recordings"},
        ),
    ),
    "recordings.ReactionSlice": Declared(goes_with="space"),
    "recordings.Play": _nobody(
        "thing", "listener", why="A digest that says nothing about whose it is, deleted after a day."
    ),
    "recordings.Recording": Declared(
        goes_with="space", takes=Takes("recordings", ("space__host",), without=("claim", "mix", "waveform"))
    ),
    "recordings.RecordingStretch": Declared(goes_with="recording"),
    "recordings.RecordingTrack": _gone(
        "user", takes=Takes("recordings", ("user",), files={"file": "recordings"})
    ),
    "recordings.RecordingConsent": _gone("user", takes=Takes("consent", ("user",))),
    "recordings.DoomedFile": _nobody("name", why="Names that are made by chance, of files that are deleted."),
}

_TICKETS = {
    "tickets.CreatorApplication": _gone(
        "user", forgets=("decided_by",), takes=Takes("selling", ("user",), without=("decided_by",))
    ),
    "tickets.Creator": Declared(
        keeps=("user",),
        empties={"requirements": {}, "disabled_reason": "", "tips_enabled": False},
        by=("user",),
        says=("stripe_account_id", "currency", "tier_amounts"),
        why=f"{_BOOKS} {_STRIPE}",
        takes=Takes("selling", ("user",)),
    ),
    "tickets.LedgerTransaction": Declared(
        says=(
            "reference",
            "currency",
            "creator_id",
            "order_id",
            "tip_id",
            "refund_id",
            "dispute_id",
            "payout_id",
        ),
        why=_BOOKS,
    ),
    "tickets.LedgerEntry": Declared(says=("debit_account", "credit_account", "currency"), why=_BOOKS),
    "tickets.Offer": Declared(
        says=("currency",),
        goes_with="space",
        why="It stays where tickets were sold.",
        takes=Takes("selling", ("space__host",)),
    ),
    "tickets.OfferGuest": _gone("user", takes=Takes("tickets", ("user",))),
    "tickets.WaitlistEntry": _gone("user", takes=Takes("tickets", ("user",))),
    "tickets.Order": Declared(
        keeps=("buyer",),
        empties={"description": "", "checkout_url": ""},
        by=("buyer", "offer__space__host"),
        says=("currency", "tier_amounts", "checkout_session_id", "payment_intent_id"),
        why=f"{_BOOKS} {_STRIPE}",
        takes=Takes("orders", ("buyer",), without=("checkout_url",)),
    ),
    "tickets.Ticket": Declared(keeps=("holder",), why=_BOOKS, takes=Takes("tickets", ("holder",))),
    "tickets.TicketTransfer": Declared(
        keeps=("from_user", "to_user"), why=_BOOKS, takes=Takes("tickets", ("from_user", "to_user"))
    ),
    "tickets.Tip": Declared(
        keeps=("sender",),
        empties={"message": "", "checkout_url": ""},
        by=("sender",),
        says=("currency", "checkout_session_id", "payment_intent_id"),
        why=f"{_BOOKS} {_STRIPE}",
        takes=Takes("orders", ("sender",), without=("checkout_url",)),
    ),
    "tickets.Refund": Declared(
        forgets=("requested_by",),
        empties={"note": ""},
        by=("requested_by", "order__buyer", "tip__sender"),
        says=("stripe_refund_id", "error"),
        why=f"{_BOOKS} {_STRIPE}",
        takes=Takes("orders", ("order__buyer", "tip__sender"), without=("requested_by", "error")),
    ),
    "tickets.StripeEvent": _nobody(
        "event_id",
        "type",
        "account",
        "payload",
        "error",
        why="Of what Stripe tells, only what it is about is kept.",
    ),
    "tickets.Dispute": Declared(
        says=(
            "stripe_dispute_id",
            "currency",
            "transfer_reversal_id",
            "transfer_back_id",
            "reason",
            "status",
        ),
        why=f"{_BOOKS} {_STRIPE}",
        takes=Takes("orders", ("order__buyer", "tip__sender")),
    ),
    "tickets.Payout": Declared(
        says=("stripe_payout_id", "currency", "status", "failure"),
        why=_BOOKS,
        takes=Takes("selling", ("creator__user",)),
    ),
    "tickets.ReconciliationRun": _nobody("error"),
    "tickets.ReconciliationDifference": _nobody("reference", "stripe_id", "currency", "note"),
}

_MODERATION = {
    "moderation.AuditEntry": Declared(
        says=(
            "actor_id",
            "actor_handle",
            "door",
            "address",
            "act",
            "target_kind",
            "target_id",
            "target_handle",
            "space_id",
            "reason",
            "data",
        ),
        why="The log cannot be changed, or it would prove nothing. Handles are taken out of it; it knows numbers of accounts.",
    ),
    "moderation.AuditSeal": _nobody("entry_id", "digest"),
    "moderation.Case": Declared(keeps=("person", "assigned_to"), says=("subject_id", "space_id"), why=_RULES),
    "moderation.Report": Declared(
        forgets=("reporter",),
        empties={"words": ""},
        by=("reporter",),
        why="That something was reported stays with the case; by whom, and in what words, goes.",
        takes=Takes("reports", ("reporter",)),
    ),
    "moderation.Evidence": Declared(
        says=("kind", "data"),
        why="What was reported is kept for its days, and then deleted (moderation.services.evidence); handle and name of the "
        "person are taken out of it at once.",
    ),
    "moderation.EvidenceAccess": Declared(
        keeps=("by",), empties={"address": None}, by=("by",), why="Who of staff has looked at evidence."
    ),
    "moderation.CaseNote": Declared(keeps=("by",), says=("text",), why="What staff wrote in office."),
    "moderation.Decision": Declared(
        keeps=("person", "by"),
        says=("space_id", "reason"),
        why=_RULES,
        takes=Takes("decisions", ("person",), without=("by", "case")),
    ),
    "moderation.Sanction": Declared(keeps=("person",), why=_RULES, takes=Takes("decisions", ("person",))),
    "moderation.Appeal": Declared(
        keeps=("decided_by",),
        empties={"words": ""},
        by=("decision__person",),
        says=("answer",),
        why=_RULES,
        takes=Takes("decisions", ("decision__person",), without=("decided_by",)),
    ),
}

_ABOVE = {
    "integrations.ApiToken": _gone("owner", takes=Takes("bots", ("owner",), without=("digest",))),
    "integrations.Webhook": _gone("owner", takes=Takes("bots", ("owner",), without=("secret",))),
    "integrations.WebhookDelivery": Declared(goes_with="webhook"),
    "feedback.RoadmapItem": _nobody("title", "text"),
    "feedback.Vote": _gone("user", takes=Takes("feedback", ("user",))),
    "feedback.Feedback": _gone(
        "author", takes=Takes("feedback", ("author",), without=("answered_by",)), forgets=("answered_by",)
    ),
    "insights.ActiveDay": _gone("user", takes=Takes("account", ("user",))),
    "insights.DaySalt": _nobody("salt"),
    # Who somebody is in these nobody can say after that day.
    "insights.BubbleSeen": _nobody("who"),
    "insights.JoinReport": _nobody("who"),
    "insights.DailyFigure": _nobody(),
    "insights.CohortWeek": _nobody(),
    "insights.SpaceFigure": _nobody(),
    "insights.SpaceMinute": _nobody(),
    "own_data.DataExport": _gone(
        "user", takes=Takes("exports", ("user",), without=("file", "claimed_until"))
    ),
    "own_data.AccountDeletion": Declared(
        keeps=("user",), why="That the account of this number is gone, and since when."
    ),
}

REGISTRY: Mapping[str, Declared] = {
    **_DJANGO,
    **_ACCOUNTS,
    **_SOCIAL,
    **_ROOMS,
    **_RECORDINGS,
    **_TICKETS,
    **_MODERATION,
    **_ABOVE,
}
