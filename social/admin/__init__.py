"""What people say to each other, for staff.

- `posts`: posts, to read and to delete
"""

from social.admin import posts

__all__ = ["posts"]
