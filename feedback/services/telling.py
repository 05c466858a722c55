"""What people are told of their feedback, and of what they voted for: in the app and by e-mail, as they chose."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import Feedback, FeedbackState, ItemState, RoadmapItem
from social.models import Kind
from social.services.fanouts import fanout_schedule
from social.services.notifications import notify

_SHOWN = 140


def tell_answered(feedback: Feedback, *, now: datetime) -> None:
    """Staff have answered, or said how far it is. Call it in the transaction."""
    lines = {
        FeedbackState.PLANNED: _("What you asked for is planned"),
        FeedbackState.IN_PROGRESS: _("What you asked for is in work"),
        FeedbackState.SHIPPED: _("What you asked for is there"),
    }
    line = lines.get(FeedbackState(feedback.state), _("We have answered your feedback"))
    _tell(feedback, "answered", line, feedback.answer, now)


def tell_merged(feedback: Feedback, *, now: datetime) -> None:
    """What they said is part of the list now. Call it in the transaction."""
    assert feedback.item is not None
    if not feedback.item.is_public:
        return
    line = _("Your feedback is on our list: %(title)s") % {"title": feedback.item.title}
    _tell(feedback, "merged", line, str(feedback.item.get_state_display()), now)


def tell_item_moved(item: RoadmapItem, *, now: datetime) -> None:
    """It is planned, in work or there: everybody who voted for it hears of it, however many. Call it in the transaction."""
    lines = {
        ItemState.PLANNED: _("Planned: %(title)s"),
        ItemState.IN_PROGRESS: _("Now in work: %(title)s"),
        ItemState.SHIPPED: _("It is there: %(title)s"),
    }
    line = lines.get(ItemState(item.state))
    if line is None:
        return
    fanout_schedule(
        key=f"roadmap:{item.pk}:{item.state}:{now.isoformat()}",
        audience="voters",
        kind=Kind.FEEDBACK,
        event="moved",
        data={
            "item": item.pk,
            "line": line % {"title": item.title},
            "text": _("You voted for it."),
            "url": f"{reverse('roadmap')}#item-{item.pk}",
        },
        due_at=now,
        now=now,
    )


def _tell(feedback: Feedback, event: str, line: str, text: str, now: datetime) -> None:
    notify(
        user=feedback.author,
        kind=Kind.FEEDBACK,
        event=event,
        key=f"feedback:{feedback.pk}:{event}:{now.isoformat()}",
        data={
            "line": line,
            "text": text[:_SHOWN],
            "url": f"{reverse('feedback-mine')}#feedback-{feedback.pk}",
        },
        now=now,
    )
