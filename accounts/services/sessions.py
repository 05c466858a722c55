"""The end of sessions. allauth begins and lists them; whatever ends one comes by here (adapter, receivers, admin)."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import send_on_commit, sessions_ended
from spaces_project.lib.errors import NotFound


def sessions_announce_ended(*, user_id: int) -> None:
    """Send `sessions_ended` after commit: at least one session of this person is gone."""
    send_on_commit(sessions_ended, user_id=user_id)


def session_end(*, user: User, session_id: int) -> None:
    """Sign `user` out in one of their sessions. Raises NotFound for one that is gone or is somebody else's."""
    session = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if session is None:
        raise NotFound(_("This session has ended already."))
    with transaction.atomic():
        session.end()
        sessions_announce_ended(user_id=user.pk)


def sessions_end_all(*, user: User) -> int:
    """Sign `user` out on every device. Returns how many sessions that were."""
    with transaction.atomic():
        sessions = list(UserSession.objects.filter(user_id=user.pk))
        for session in sessions:
            session.end()
        sessions_announce_ended(user_id=user.pk)
    return len(sessions)
