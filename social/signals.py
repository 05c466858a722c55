"""What happens to posts that apps above want to know. Receivers get it after commit; they only enqueue or send.

`post_deleted`: `post_id`, `space_id`. A post is gone by its author's wish; `space_id` is the Space it was about, or None.
Sent by `social.services.posts.post_delete` (`accounts.signals.send_on_commit`), once for a post.
"""

from django.dispatch import Signal

post_deleted = Signal()
