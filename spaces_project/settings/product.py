"""The rules with numbers. Each default and its source: docs/rules.md."""

from spaces_project.settings.env import env

SPACES_HOST_MIN_FOLLOWERS: int = env.int("SPACES_HOST_MIN_FOLLOWERS", default=600)
SPACES_TITLE_MAX_LENGTH = 70
SPACES_TOPICS_MAX: int = env.int("SPACES_TOPICS_MAX", default=3)
SPACES_SPEAKERS_MAX: int = env.int("SPACES_SPEAKERS_MAX", default=13)
SPACES_COHOSTS_MAX: int = env.int("SPACES_COHOSTS_MAX", default=2)
SPACES_RULES_MAX_LENGTH = 1000
SPACES_PITCH_MAX_LENGTH = 140
SPACES_PINS_MAX: int = env.int("SPACES_PINS_MAX", default=3)
SPACES_MESSAGE_MAX_LENGTH = 280
SPACES_MESSAGE_MAX_LINES = 6
# Words that a host forbids in messages: so many, of so many characters together.
SPACES_BLOCKED_WORDS_MAX = 50
SPACES_BLOCKED_WORDS_LENGTH = 500
SPACES_REACTIONS: list[str] = ["💯", "✋", "✊", "✌️", "👋", "❤️", "😂", "👏", "🔥", "🎉"]
# A guest's token must be renewed (by joining again) within this time to stay the same guest.
SPACES_GUEST_TOKEN_SECONDS: int = env.int("SPACES_GUEST_TOKEN_SECONDS", default=3600)
# How long a Space goes on without its host before it ends by itself.
SPACES_HOST_GRACE_SECONDS: int = env.int("SPACES_HOST_GRACE_SECONDS", default=120)
# Somebody not seen by socket or audio for this long has left.
SPACES_PRESENCE_SECONDS: int = env.int("SPACES_PRESENCE_SECONDS", default=20)

# Scheduling.
SPACES_SCHEDULE_MIN_MINUTES: int = env.int("SPACES_SCHEDULE_MIN_MINUTES", default=5)
SPACES_SCHEDULE_MAX_DAYS: int = env.int("SPACES_SCHEDULE_MAX_DAYS", default=30)
SPACES_SCHEDULED_MAX: int = env.int("SPACES_SCHEDULED_MAX", default=10)
SPACES_DESCRIPTION_MAX_LENGTH = 500
# A scheduled Space may start so much before its time; so much after it, without a start, it expires.
SPACES_START_EARLY_MINUTES: int = env.int("SPACES_START_EARLY_MINUTES", default=30)
SPACES_START_LATE_MINUTES: int = env.int("SPACES_START_LATE_MINUTES", default=60)
SPACES_REMIND_HOST_MINUTES: int = env.int("SPACES_REMIND_HOST_MINUTES", default=30)
SPACES_REMIND_LISTENERS_MINUTES: int = env.int("SPACES_REMIND_LISTENERS_MINUTES", default=15)
# Posts and direct messages.
SPACES_POST_MAX_LENGTH = 280
SPACES_POST_MAX_LINES = 10
SPACES_DIRECT_MESSAGE_MAX_LENGTH = 1000
SPACES_DIRECT_MESSAGE_MAX_LINES = 30
# So many handles can be imported at once.
SPACES_IMPORT_MAX = 500
# E-mail of notifications: what is not urgent waits until so long after the last one, and comes with it in one.
SPACES_EMAIL_DIGEST_MINUTES: int = env.int("SPACES_EMAIL_DIGEST_MINUTES", default=60)
# Fan-outs: people a transaction; and how long a worker's claim lasts without a sign of it.
FANOUT_CHUNK: int = env.int("FANOUT_CHUNK", default=10_000)
FANOUT_LEASE_SECONDS: int = env.int("FANOUT_LEASE_SECONDS", default=30)
# Who a fan-out is told to: each name's function takes the Fanout and returns a social.audiences.Audience.
FANOUT_AUDIENCES: dict[str, str] = {
    "followers": "social.audiences.followers",
    "reminded": "rooms.audiences.reminded",
    "host": "rooms.audiences.host",
    "voters": "feedback.audiences.voters",
}
# How lower apps show a Space they know by its id alone: ids and the viewer -> {id: card} (docs/architecture.md).
SPACE_CARDS = "rooms.selectors.cards.space_cards"
# What is left of Spaces that are over (recordings.selectors): ids and the viewer -> {id: note}; the page of the list of
# replays; the page of an ended Space; search in what was said.
SPACE_REPLAYS = "recordings.selectors.replays.replays_of_spaces"
REPLAYS_PAGE = "recordings.selectors.replays.replays_page"
ENDED_SPACE_PAGE = "recordings.views.replays.ended_page"
SEARCH_SAID = "recordings.selectors.search.said_found"
# And who of some people is on a live stage: ids of people -> {id: id of the Space}.
SPACE_RINGS = "rooms.selectors.live_space_of"

# Rows of apps above that belong to a Space, read with it for cards; and what a card says of its tickets: the Space ->
# {"amount", "currency", "price", "words"}, or None where it is free.
SPACE_RELATED: list[str] = ["offer"]
SPACE_TICKET = "tickets.selectors.prices.ticket_card"
# What apps above show on pages of ours: the page -> functions that take the request, and what the page is about, and return
# what its template gets besides (spaces_project.lib.page_parts).
PAGE_PARTS: dict[str, list[str]] = {
    "space": ["tickets.views.parts.on_space", "insights.views.parts.on_space"],
    "space_cancel": ["tickets.views.parts.on_cancel"],
    "profile": ["tickets.views.parts.on_profile"],
}
# And parts of the form of an announced Space: objects with `shown` and `save` (rooms.views.space_form.FormPart).
SPACE_FORM_PARTS: list[str] = ["tickets.views.space_form.tickets_part"]

# What else is in somebody's calendar: each name's function takes the User and returns a queryset of the ids of Spaces.
CALENDAR_SPACES: list[str] = ["tickets.selectors.tickets.calendar_spaces"]

# Safety.
SPACES_REPORT_MAX_LENGTH = 1000
SPACES_EVIDENCE_DAYS: int = env.int("SPACES_EVIDENCE_DAYS", default=30)
# So long after a decision the person concerned can appeal.
SPACES_APPEAL_DAYS: int = env.int("SPACES_APPEAL_DAYS", default=60)
SPACES_EVIDENCE_OPEN_DAYS: int = env.int("SPACES_EVIDENCE_OPEN_DAYS", default=120)
# Evidence of a case is taken again, with another person's report, after so long, and so often at most.
SPACES_EVIDENCE_AGAIN_MINUTES = 10
SPACES_EVIDENCE_TAKES_MAX = 12
# What is kept of what is reported: kind of thing -> name of a piece -> its taker (moderation.services.evidence).
EVIDENCE_TAKERS: dict[str, dict[str, str]] = {
    "space": {
        "space": "moderation.selectors.evidence.space",
        "messages": "moderation.selectors.evidence.space_messages",
        "captions": "moderation.selectors.evidence.space_captions",
    },
    "person": {
        "person": "moderation.selectors.evidence.person",
        "posts": "moderation.selectors.evidence.person_posts",
    },
    "room_message": {
        "messages": "moderation.selectors.evidence.room_message",
        "space": "moderation.selectors.evidence.space",
    },
    "direct_message": {"messages": "moderation.selectors.evidence.direct_message"},
    "post": {"post": "moderation.selectors.evidence.post"},
    "caption_line": {
        "captions": "moderation.selectors.evidence.caption_line",
        "space": "moderation.selectors.evidence.space",
    },
    "replay": {
        "replay": "moderation.selectors.evidence.replay",
        "messages": "moderation.selectors.evidence.space_messages",
        "space": "moderation.selectors.evidence.space",
    },
    "clip": {"clip": "moderation.selectors.evidence.clip"},
}
# An account counts as new for so long: lower limits, and held back where a host is strict.
SPACES_NEW_ACCOUNT_HOURS: int = env.int("SPACES_NEW_ACCOUNT_HOURS", default=24)

# Asked in order before anybody enters a Space; each returns None or the error to answer with.
SPACE_ENTRY_GATES: list[str] = [
    "rooms.gates.must_not_be_blocked",
    "rooms.gates.must_be_live",
    "rooms.gates.guests_must_be_allowed",
    "moderation.gates.must_not_be_suspended",
    "rooms.gates.must_not_be_removed",
    "tickets.gates.must_hold_ticket",
    "rooms.gates.must_not_be_locked",
]

# Asked in order before anybody hears a replay: the Space and the person (AnonymousUser for guests) -> None, or the error to
# answer with.
REPLAY_GATES: list[str] = ["tickets.gates.must_hold_replay_ticket"]
# The same of all replays at once, for lists and search: the viewer -> ids of Spaces (recordings.gates).
REPLAYS_KEPT_FROM: list[str] = ["tickets.selectors.tickets.replays_kept_from"]

# Asked when somebody accepts the stage (asks to speak, or accepts an invitation): see rooms.gates.
STAGE_GATES: list[str] = ["recordings.gates.must_consent_to_recording"]
# What higher apps add to a Space's snapshot: each takes `space` and `user` (the reader, who may be a guest) and returns parts
# of it by name.
SPACE_SNAPSHOT_PARTS: list[str] = [
    "recordings.selectors.captions.captions_part",
    "recordings.selectors.recordings.recording_part",
]
# Modules of higher apps with commands of the socket.
SOCKET_COMMANDS: list[str] = ["recordings.commands"]

# Asked before anybody signs in, and whether somebody may host: see accounts.gates.
SIGN_IN_GATES: list[str] = ["own_data.gates.may_sign_in", "moderation.gates.may_sign_in"]
HOSTING_GATES: list[str] = ["moderation.gates.may_host"]

# Whether the person of this id may listen to any Space, hidden (rooms.services.hidden).
HIDDEN_LISTENERS = "moderation.permissions.may_listen_hidden"

# Where acts of moderation are written down: see spaces_project.lib.audit.
AUDIT_RECORD = "moderation.services.audit.record"

SPACES_LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("hi", "हिन्दी"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
]

__all__ = [name for name in dir() if name.isupper()]
