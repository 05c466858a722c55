"""Somebody who has left a trace in every table there is, under words that nobody else uses."""

import io
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import Block, Follow, HostingWaiver, PersonMute, User
from feedback.models import Feedback, RoadmapItem, Vote
from flags.models import FeatureFlag, FlagPerson
from insights.models import ActiveDay
from integrations.models import ApiToken, Webhook, WebhookDelivery
from moderation.models import (
    Appeal,
    Case,
    CaseNote,
    Decision,
    Evidence,
    EvidenceAccess,
    Report,
    Sanction,
)
from moderation.services.audit import record
from moderation.services.evidence import evidence_take
from own_data.models import DataExport
from recordings.models import (
    CaptionLine,
    Clip,
    Recording,
    RecordingConsent,
    RecordingTrack,
)
from recordings.services.files import file_keep, new_name, recordings_storage
from rooms.models import (
    Attendance,
    CalendarFeed,
    Invitation,
    Participation,
    Pin,
    Reminder,
    RoomMessage,
    Space,
    SpaceSeries,
    SpeakRequest,
    Topic,
    TopicFollow,
)
from social.models import (
    AppDevice,
    Conversation,
    ConversationSide,
    Delivery,
    DirectMessage,
    Fanout,
    InboxSettings,
    Notification,
    NotificationPreference,
    Post,
    PostLike,
    PushSubscription,
)
from tests.factories import UserFactory
from tests.tickets.makers import CreatorFactory, offered, sold
from tickets.models import (
    CreatorApplication,
    Dispute,
    OfferGuest,
    Order,
    Payout,
    Refund,
    TicketTransfer,
    Tip,
    WaitlistEntry,
)
from tickets.services.ledger import post as book

KEY = 990_120_034_501
HANDLE, NAME, EMAIL, WORDS = "Qwx_Leaver", "Qwxy Gonesson", "qwx.leaver@example.net", "zebrawords"
TRACES = (HANDLE, NAME, EMAIL, WORDS)


@dataclass
class Life:
    """The person, somebody whom they met, the Space of theirs that was sold, and one of the other's that they spoke in."""

    user: User
    other: User
    sold: Space
    unsold: Space
    theirs: Space


def live_a_life(now: datetime, folder: Path) -> Life:
    """Make all of it; `folder` is for files that are not kept."""
    # First: SQLite counts on from the highest key.
    other = UserFactory(handle="the_other", name="The Other")
    user = UserFactory(
        pk=KEY, handle=HANDLE, name=NAME, email=EMAIL, bio=WORDS, time_zone="Europe/Malta", language="de"
    )
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "WEBP")
    user.picture.save("of-them.webp", ContentFile(picture.getvalue()))
    life = Life(user, other, _space(user, now), _space(user, now), _space(other, now))
    _account(life, now)
    _social(life, now)
    _rooms(life, now)
    _recordings(life, now, folder)
    _tickets(life, now)
    _moderation(life, now)
    ApiToken.objects.create(owner=user, name=WORDS, hint="spaces_x", digest="d", scopes=["read"])
    hook = Webhook.objects.create(owner=user, url=f"https://{WORDS}.example/", secret="s")
    WebhookDelivery.objects.create(
        webhook=hook, kind="space.started", body=json.dumps({"host": HANDLE}), due_at=now
    )
    item = RoadmapItem.objects.create(title="A queue", vote_count=1)
    Vote.objects.create(item=item, user=user)
    Feedback.objects.create(author=user, kind="idea", text=WORDS, item=item)
    Feedback.objects.create(author=other, kind="idea", text="Something", answer="Yes", answered_by=user)
    ActiveDay.objects.create(day=now.date(), user=user)
    name = recordings_storage().save("exports/one.zip", ContentFile(WORDS.encode()))
    DataExport.objects.create(user=user, state="ready", file=name, expires_at=now + timedelta(days=90))
    return life


def _space(host: User, now: datetime, **fields: Any) -> Space:
    words = WORDS if host.pk == KEY else "Something else"
    given = {
        "title": words,
        "rules": words,
        "description": words,
        "blocked_words": [words],
        "state": Space.State.ENDED,
        "started_at": now - timedelta(hours=2),
        "ended_at": now - timedelta(hours=1),
        "end_reason": "host",
        "time_zone": "Europe/Malta",
    }
    return Space.objects.create(host=host, **(given | fields))


def _account(life: Life, now: datetime) -> None:
    user, other = life.user, life.other
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["said"] = WORDS
    store.create()
    UserSession.objects.create(user=user, ip="203.0.113.7", session_key=store.session_key, user_agent=WORDS)
    address = EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key="confirms")
    Authenticator.objects.create(user=user, type="totp", data={"secret": WORDS})
    user.groups.add(Group.objects.get_or_create(name="A group")[0])
    user.user_permissions.add(Permission.objects.all()[0])
    LogEntry.objects.create(
        user=other,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=f"@{HANDLE}",
        change_message=NAME,
        action_flag=CHANGE,
    )
    LogEntry.objects.create(user=user, object_repr="A topic", change_message="", action_flag=CHANGE)
    Follow.objects.create(follower=user, followee=other)
    Follow.objects.create(follower=other, followee=user)
    User.objects.filter(pk__in=[user.pk, other.pk]).update(follower_count=1, following_count=1)
    for model in (PersonMute, Block):
        model.objects.create(owner=user, person=other)
        model.objects.create(owner=other, person=user)
    HostingWaiver.objects.create(user=user, granted_by=other, reason="For a test")
    HostingWaiver.objects.create(user=other, granted_by=user, reason="For a test")
    flag = FeatureFlag.objects.get_or_create(name="clips")[0]
    FlagPerson.objects.create(flag=flag, user=user)


def _social(life: Life, now: datetime) -> None:
    user, other = life.user, life.other
    InboxSettings.objects.create(user=user)
    conversation = Conversation.objects.create(low=other, high=user)
    Conversation.objects.create(low=user, high=UserFactory(pk=KEY + 1_000_000))
    for one, two in ((user, other), (other, user)):
        ConversationSide.objects.create(
            conversation=conversation, user=one, other=two, last_text=WORDS, last_message_id=1
        )
    DirectMessage.objects.create(conversation=conversation, author=user, text=WORDS)
    DirectMessage.objects.create(conversation=conversation, author=other, text="Hello to you")
    post = Post.objects.create(author=user, text=WORDS, like_count=1, reply_count=1)
    theirs = Post.objects.create(author=other, text="Their own", like_count=1, reply_count=1)
    Post.objects.create(author=other, text="An answer", is_reply=True, parent=post)
    Post.objects.create(author=user, text=WORDS, is_reply=True, parent=theirs)
    PostLike.objects.create(post=theirs, user=user)
    PostLike.objects.create(post=post, user=other)
    mine = Notification.objects.create(user=user, kind="follower", key="a", actor=other, data={"x": WORDS})
    Notification.objects.create(user=other, kind="mention", key="b", actor=user, data={"text": WORDS})
    Notification.objects.create(
        user=other, kind="ticket", key="c", space_id=life.sold.pk, data={"line": WORDS}
    )
    NotificationPreference.objects.create(user=user, kind="live", in_app=True, email=True, push=True)
    Delivery.objects.create(notification=mine, user=user, channel="email", due_at=now, error=EMAIL)
    Fanout.objects.create(
        key="live:x", audience="followers", kind="live", actor=user, data={"t": WORDS}, due_at=now
    )
    Fanout.objects.create(
        key="r:x", audience="reminded", kind="reminder", space_id=life.sold.pk, data={"t": WORDS}, due_at=now
    )
    AppDevice.objects.create(user=user, kind="fcm", token=WORDS, name=WORDS)
    PushSubscription.objects.create(user=user, endpoint=f"https://push.example/{WORDS}", p256dh="p", auth="a")


def _rooms(life: Life, now: datetime) -> None:
    user, other, theirs = life.user, life.other, life.theirs
    topic = Topic.objects.create(slug="a-topic", name="A topic")
    life.sold.topics.add(topic)
    series = SpaceSeries.objects.create(
        host=user,
        every="week",
        first_on=now.date(),
        local_time=now.time(),
        time_zone="UTC",
        made_until=now.date(),
    )
    Space.objects.filter(pk=life.sold.pk).update(series=series)
    for space in (life.sold, life.unsold, theirs):
        for person in (user, other):
            role = "host" if space.host_id == person.pk else "listener"
            there = Participation.objects.create(space=space, user=person, role=role, left_at=now)
            Attendance.objects.create(participation=there, joined_at=now, left_at=now)
        RoomMessage.objects.create(space=space, author=user, text=WORDS)
    RoomMessage.objects.create(space=theirs, author=other, text="Mine", deleted_at=now, deleted_by=user)
    Space.objects.filter(pk=theirs.pk).update(reminder_count=1)
    Reminder.objects.create(space=theirs, user=user)
    CalendarFeed.objects.create(user=user, secret="s")
    TopicFollow.objects.create(user=user, topic=topic)
    answered = {"state": "declined", "decided_at": now}
    SpeakRequest.objects.create(space=theirs, user=user, pitch=WORDS, **answered)
    SpeakRequest.objects.create(space=theirs, user=other, decided_by=user, **answered)
    Invitation.objects.create(space=theirs, user=user, by=other, **answered)
    Invitation.objects.create(space=theirs, user=other, by=user, **answered)
    Pin.objects.create(space=theirs, title=WORDS, by=user)


def _recordings(life: Life, now: datetime, folder: Path) -> None:
    sound = folder / "sound.ogg"
    sound.write_bytes(WORDS.encode())
    for space in (life.sold, life.theirs):
        recording = Recording.objects.create(
            space=space,
            state="ready",
            title=space.title,
            mix=file_keep(sound, new_name(space.pk, "mix", "mp3")),
            duration_ms=9_000,
            ready_at=now,
        )
        recording.stretches.create(starts_at_ms=0, ends_at_ms=9_000)
        RecordingTrack.objects.create(
            recording=recording,
            user=life.user,
            speaker_name=NAME,
            starts_at_ms=0,
            duration_ms=5_000,
            file=file_keep(sound, new_name(space.pk, "track", "ogg")),
            closed_at=now,
        )
        line = {"starts_at_ms": 0, "ends_at_ms": 900, "text": WORDS, "language": "en", "engine": "none"}
        CaptionLine.objects.create(space=space, user=life.user, speaker_name=NAME, **line)
        RecordingConsent.objects.create(space=space, user=life.user, given_with="stage")
        for by in (life.user, life.other):
            Clip.objects.create(
                space=space,
                by=by,
                state="ready",
                caption=WORDS if by == life.user else "Heard there",
                starts_at_ms=1_000,
                duration_ms=2_000,
                video=file_keep(sound, new_name(space.pk, "clip", "mp4")),
                expires_at=now + timedelta(days=300),
            )
    # Said so by an earlier removal of theirs.
    Notification.objects.create(
        user=life.other,
        kind="recording",
        key=f"recording:{life.theirs.pk}:part-{KEY}-3",
        space_id=life.theirs.pk,
        data={"line": NAME},
    )


def _tickets(life: Life, now: datetime) -> None:
    user, other = life.user, life.other
    mine, theirs = CreatorFactory(user=user, requirements={"a": WORDS}), CreatorFactory(user=other)
    CreatorApplication.objects.create(
        user=user,
        is_adult_attested_at=now,
        followers=1,
        spaces=1,
        state="granted",
        decided_at=now,
        decided_by=other,
    )
    CreatorApplication.objects.create(
        user=other,
        is_adult_attested_at=now,
        followers=1,
        spaces=1,
        state="granted",
        decided_at=now,
        decided_by=user,
    )
    offer, their_offer = offered(life.sold), offered(life.theirs, seller=theirs)
    bought_of_me, bought = sold(offer, other, now), sold(their_offer, user, now)
    Order.objects.update(description=WORDS, checkout_url=f"https://pay.example/{WORDS}")
    Order.objects.filter(pk=bought.order_id).update(payment_intent_id="pi_1")
    TicketTransfer.objects.create(ticket=bought_of_me, from_user=user, to_user=other)
    TicketTransfer.objects.create(ticket=bought, from_user=other, to_user=user)
    OfferGuest.objects.create(offer=their_offer, user=user)
    WaitlistEntry.objects.create(offer=their_offer, user=user, state="left")
    paid = {
        "amount": 500,
        "card_fee": 40,
        "currency": "usd",
        "held_until": now,
        "state": "paid",
        "paid_at": now,
    }
    given = Tip.objects.create(sender=user, to=theirs, message=WORDS, **paid)
    refund = {"amount": 100, "reason": "staff", "note": WORDS, "state": "succeeded", "finished_at": now}
    Refund.objects.create(tip=given, **refund)
    tip = Tip.objects.create(sender=other, to=mine, **paid)
    Notification.objects.create(user=other, kind="ticket", key=f"tip-paid:{tip.pk}", data={"line": NAME})
    Refund.objects.create(
        order_id=bought.order_id, amount=100, reason="host", note=WORDS, requested_by=user, next_try_at=now
    )
    Refund.objects.create(tip=tip, **refund | {"note": "Asked for"})
    Dispute.objects.create(
        stripe_dispute_id="dp_1",
        order_id=bought.order_id,
        amount=500,
        currency="usd",
        status="lost",
        opened_at=now,
    )
    Payout.objects.create(
        creator=mine, stripe_payout_id="po_1", amount=500, currency="usd", status="paid", created_at=now
    )
    _book(mine.pk, bought.order_id, now)


def _book(creator_id: int, order_id: uuid.UUID, now: datetime) -> None:
    book(
        kind="order_paid",
        reference=f"order:{order_id}:paid",
        currency="usd",
        transfers=[("customer", f"host:{creator_id}", 500)],
        creator_id=creator_id,
        order_id=order_id,
        now=now,
    )


def _moderation(life: Life, now: datetime) -> None:
    user, other = life.user, life.other
    case = Case.objects.create(subject_kind="person", subject_id=str(user.pk), person=user, assigned_to=user)
    evidence_take(case, now=now)
    Report.objects.create(case=case, reporter=other, category="spam", words="Look at that")
    Report.objects.create(case=case, reporter=user, category="spam", words=WORDS)
    EvidenceAccess.objects.create(case=case, by=user, address="203.0.113.7")
    CaseNote.objects.create(case=case, by=user, text="To be looked at")
    decision = Decision.objects.create(
        case=case, act="warn", person=user, by=user, reason="Against the rules"
    )
    Sanction.objects.create(person=user, kind="no_hosting", decision=decision)
    Appeal.objects.create(
        decision=decision, words=WORDS, state="upheld", decided_by=user, decided_at=now, answer="It stands"
    )
    record(
        act="staff.warn",
        by=user,
        target_kind="person",
        target_id=str(user.pk),
        target_handle=user.handle,
        space_id=None,
        reason="Against the rules",
        data={},
        now=now,
    )
    assert Evidence.objects.exists()
