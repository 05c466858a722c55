"""Every write of accounts, one module a subject; the acts are importable from here by name."""

from accounts.services.blocks import block_import_preview, blocks_import, person_block, person_unblock
from accounts.services.follows import follow, unfollow
from accounts.services.hosting import hosting_waiver_grant, hosting_waiver_revoke
from accounts.services.imports import follows_import, import_preview
from accounts.services.leaving import account_close, account_empty, account_reopen, follows_forget
from accounts.services.mutes import person_mute, person_unmute
from accounts.services.pictures import picture_remove, picture_set
from accounts.services.profiles import profile_update
from accounts.services.sessions import session_end, sessions_announce_ended, sessions_end_all
from accounts.services.suspensions import suspension_set

__all__ = [
    "account_close",
    "account_empty",
    "account_reopen",
    "block_import_preview",
    "blocks_import",
    "follow",
    "follows_forget",
    "follows_import",
    "hosting_waiver_grant",
    "hosting_waiver_revoke",
    "import_preview",
    "person_block",
    "person_mute",
    "person_unblock",
    "person_unmute",
    "picture_remove",
    "picture_set",
    "profile_update",
    "session_end",
    "sessions_announce_ended",
    "sessions_end_all",
    "suspension_set",
    "unfollow",
]
