"""What Spaces tell the apps above them. Receivers get it after commit (`accounts.signals.send_on_commit`); they enqueue, and
never raise.

`space_announced`: `space_id`. A Space was announced, by hand or as the next of a series.

`space_started`: `space_id`. A Space is on air, announced or not.

`space_cancelled`: `space_id`. An announced Space was called off, by its host or by staff.

`space_expired`: `space_id`. An announced Space was not started in time, and is given up.

`space_edited`: `space_id`, `fields` (names of what has changed of what everybody sees). An announced Space was edited.

`space_ended`: `space_id`, `reason` (a value of `Space.EndReason`). A Space is off air for good.
"""

from django.dispatch import Signal

space_announced = Signal()
space_started = Signal()
space_cancelled = Signal()
space_expired = Signal()
space_edited = Signal()
space_ended = Signal()
