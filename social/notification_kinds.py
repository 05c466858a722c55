"""The table of notification kinds: by which channels each comes unless somebody chose otherwise, and what is urgent."""

from dataclasses import dataclass
from datetime import timedelta

from social.models import Kind

# What is not urgent waits so long before its e-mail goes out: others come with it, or it is read in the meantime.
EMAIL_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Defaults:
    """By which channels a kind comes. What is `urgent` is worth nothing later: its e-mail does not wait for a digest."""

    in_app: bool
    email: bool
    push: bool
    urgent: bool = False


KINDS: dict[str, Defaults] = {
    Kind.LIVE: Defaults(in_app=True, email=False, push=True, urgent=True),
    Kind.INVITED: Defaults(in_app=True, email=False, push=True, urgent=True),
    Kind.REQUEST_ACCEPTED: Defaults(in_app=True, email=False, push=True, urgent=True),
    Kind.FOLLOWER: Defaults(in_app=True, email=True, push=False),
    Kind.MENTION: Defaults(in_app=True, email=True, push=True),
    # In the app, messages are counted and shown as conversations.
    Kind.MESSAGE: Defaults(in_app=False, email=True, push=True),
    Kind.REMINDER: Defaults(in_app=True, email=True, push=True, urgent=True),
    Kind.TICKET: Defaults(in_app=True, email=True, push=True, urgent=True),
    Kind.EARNINGS: Defaults(in_app=True, email=True, push=True),
    Kind.RECORDING: Defaults(in_app=True, email=True, push=False),
    Kind.MODERATION: Defaults(in_app=True, email=True, push=False, urgent=True),
    Kind.FEEDBACK: Defaults(in_app=True, email=True, push=False),
}
