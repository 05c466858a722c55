"""What people say to each other, for staff.

- `notifications`: notifications, fan-outs, deliveries, to read
- `posts`: posts, to read and to delete
"""

from social.admin import notifications, posts

__all__ = ["notifications", "posts"]
