"""What people take along, and accounts that are deleted."""

from spaces_project.settings.env import env

# A file with somebody's data is there for so many days.
EXPORT_DAYS: int = env.int("EXPORT_DAYS", default=7)
# A worker that makes one and gives no sign for so long has lost it to another; after so many tries it is given up.
EXPORT_LEASE_SECONDS: int = env.int("EXPORT_LEASE_SECONDS", default=120)
EXPORT_TRIES_MAX = 3

# So many days one may change one's mind, and so many before the end one is reminded.
DELETION_DAYS: int = env.int("DELETION_DAYS", default=14)
DELETION_REMINDER_DAYS = 3
# A worker that deletes and gives no sign for so long is followed by another.
DELETION_LEASE_SECONDS: int = env.int("DELETION_LEASE_SECONDS", default=300)

__all__ = [name for name in dir() if name.isupper()]
