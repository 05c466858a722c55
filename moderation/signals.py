"""What moderation tells the apps beside and above it (tickets). Receivers get it after commit; they enqueue, and never raise.

`person_suspended`: `user_id`, `decision_id`, `space_ids`. Somebody is suspended; `space_ids` are the UUIDs of their Spaces
that were ended or cancelled by it. Tickets to these are refunded.

`person_restored`: `user_id`. A suspension is lifted, or over.

`space_ended_by_staff`: `space_id`, `decision_id`. Staff have ended or cancelled a Space, or suspended its host while it was
live. Its tickets are refunded.
"""

from django.dispatch import Signal

person_suspended = Signal()
person_restored = Signal()
space_ended_by_staff = Signal()
