"""Staff at work in tests: signed in with a second factor."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from tests.factories import UserFactory

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in_staff(client: Client, user: User) -> Client:
    """Sign somebody in as allauth does with a code of their app."""
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, SECRET)
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()
    return client


def staff_of(group: str, **fields: object) -> User:
    """Somebody of staff in one group ("moderator"); "" is no group."""
    user: User = UserFactory(is_staff=True, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group.title()))
    return user
