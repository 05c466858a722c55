"""What Spaces say that webhooks tell of (after commit): it is handed to a worker, and beat finds what was missed."""

from typing import Any

from django.dispatch import Signal

from integrations.models import Kind
from rooms import signals
from spaces_project.lib.tasks import enqueue


def _tell(signal: Signal, kind: Kind) -> None:
    def receive(space_id: Any, **_: Any) -> None:
        enqueue("integrations.tasks.space_event_write", kind.value, str(space_id))

    signal.connect(receive, weak=False, dispatch_uid=f"integrations.{kind.value}")


_tell(signals.space_announced, Kind.ANNOUNCED)
_tell(signals.space_started, Kind.STARTED)
_tell(signals.space_ended, Kind.ENDED)
_tell(signals.space_cancelled, Kind.CANCELLED)
_tell(signals.space_expired, Kind.EXPIRED)
