"""What the pages of staff read: all sides of a case, the history of somebody, what is on air."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models import Appeal, Case, Decision, EvidenceAccess, Report, Sanction, SubjectKind
from recordings.models import CaptionLine, Clip, Recording
from rooms import presence
from rooms.models import STAGE_ROLES, Participation, RoomMessage, Space
from social.models import DirectMessage, Post

# Of everything about somebody, the latest so many are shown.
HISTORY = 20
MESSAGES = 30

SEVERITIES = {3: _("Urgent"), 2: _("High"), 1: _("Normal"), 0: _("Low")}


@dataclass
class Subject:
    """The thing reported as it is now: `text` of a message or post, `is_deleted`, where it can be seen (`url` or "")."""

    text: str = ""
    is_deleted: bool = False
    space: Space | None = None
    url: str = ""
    # Direct messages are read in the evidence alone, where reading is written down.
    is_private: bool = False


@dataclass
class History:
    """What there is about somebody, the latest first."""

    person: User
    against: list[Case] = field(default_factory=list)
    against_count: int = 0
    made: list[Report] = field(default_factory=list)
    made_count: int = 0
    decisions: list[Decision] = field(default_factory=list)
    sanctions: list[Sanction] = field(default_factory=list)


def queue() -> QuerySet[Case]:
    """Cases with whom they are about and who looks after them."""
    return Case.objects.select_related("person", "assigned_to")


def subject_of(case: Case) -> Subject:
    """The thing that a case is about, as it is now; two queries at most."""
    found = Subject()
    if case.space_id is not None:
        found.space = Space.objects.select_related("host").filter(pk=case.space_id).first()
    if found.space is not None:
        found.url = found.space.get_absolute_url()
    if case.subject_kind == SubjectKind.PERSON and case.person:
        found.url = case.person.get_absolute_url()
    elif case.subject_kind == SubjectKind.ROOM_MESSAGE:
        _written(found, RoomMessage.objects.filter(pk=case.subject_id).first())
    elif case.subject_kind == SubjectKind.POST:
        _written(found, Post.objects.filter(pk=case.subject_id).first())
        found.url = f"/posts/{case.subject_id}/"
    elif case.subject_kind == SubjectKind.CAPTION_LINE:
        line = CaptionLine.objects.filter(pk=case.subject_id).first()
        found.text, found.is_deleted = line.text if line else "", line is None or line.removed_at is not None
    elif case.subject_kind == SubjectKind.DIRECT_MESSAGE:
        message = DirectMessage.objects.filter(pk=case.subject_id).only("deleted_at").first()
        found.is_private, found.is_deleted = True, message is None or message.deleted_at is not None
    elif case.subject_kind == SubjectKind.REPLAY:
        recording = Recording.objects.filter(space=case.space_id).first()
        found.text = recording.title if recording else ""
        found.is_deleted = recording is None or recording.state == Recording.State.DELETED
    elif case.subject_kind == SubjectKind.CLIP:
        clip = Clip.objects.filter(pk=case.subject_id).first()
        found.text, found.url = clip.caption if clip else "", f"/clips/{case.subject_id}/"
        found.is_deleted = clip is None or clip.state == Clip.State.DELETED
    return found


def reports_of(case: Case) -> list[Report]:
    """Its reports, the latest first, with who made them."""
    return list(case.reports.select_related("reporter").order_by("-pk")[:100])


def accesses_of(case: Case) -> list[EvidenceAccess]:
    """Who has read its evidence, the latest first."""
    return list(case.accesses.select_related("by").order_by("-pk")[:HISTORY])


def history_of(person: User, *, but: Case | None = None) -> History:
    """Everything about somebody; `but` is the case that is being looked at. A fixed number of queries."""
    against = Case.objects.filter(person=person).order_by("-opened_at")
    if but is not None:
        against = against.exclude(pk=but.pk)
    made = Report.objects.filter(reporter=person).select_related("case__person").order_by("-pk")
    decisions = Decision.objects.filter(person=person).select_related("by", "appeal").order_by("-pk")
    sanctions = Sanction.objects.filter(person=person).select_related("decision").order_by("-pk")
    return History(
        person,
        list(against.prefetch_related("decisions")[:HISTORY]),
        against.count(),
        list(made[:HISTORY]),
        made.count(),
        list(decisions[:HISTORY]),
        list(sanctions[:HISTORY]),
    )


def appeals() -> QuerySet[Appeal]:
    """Appeals with the decision, whom it concerns, and who decided what."""
    return Appeal.objects.select_related("decision__person", "decision__by", "decision__case", "decided_by")


def on_air_numbers(spaces: Sequence[Space], *, now: datetime) -> dict[UUID, dict[str, Any]]:
    """For each of these live Spaces: `listeners`, `on_stage`, `reports` (people, of open cases). Three queries, one call."""
    ids = [space.pk for space in spaces]
    listeners = presence.listener_counts(ids, now)
    here = Participation.objects.filter(space__in=ids, role__in=STAGE_ROLES, left_at__isnull=True)
    stages = dict(here.values_list("space_id").annotate(people=Count("pk")))
    cases = Case.objects.filter(space_id__in=ids, state=Case.State.OPEN)
    reports = dict(cases.values_list("space_id").annotate(people=Sum("reporter_count")))
    return {
        pk: {
            "listeners": listeners.get(pk, 0),
            "on_stage": stages.get(pk, 0),
            "reports": reports.get(pk, 0),
        }
        for pk in ids
    }


def last_messages(space: Space) -> list[RoomMessage]:
    """What was written in the room last, in its order, deleted messages too."""
    found = RoomMessage.objects.filter(space=space).select_related("author").order_by("-pk")[:MESSAGES]
    return list(found)[::-1]


def open_cases_of(space: Space) -> list[Case]:
    """The open cases about a Space, and about what was said in it, the worst first."""
    found = queue().filter(space_id=space.pk, state=Case.State.OPEN)
    return list(found.order_by("-severity", "-reporter_count", "opened_at")[:HISTORY])


def _written(found: Subject, row: RoomMessage | Post | None) -> None:
    found.is_deleted = row is None or row.deleted_at is not None
    found.text = row.text if row else ""
