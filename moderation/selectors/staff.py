"""Who of staff is in which group."""

from django.db.models import Q, QuerySet

from accounts.models import User
from moderation.permissions import ADMINISTRATOR, FINANCE


def finance_people() -> QuerySet[User]:
    """Who looks after the money: the group of that name, and administrators (`FINANCE_PEOPLE`)."""
    groups = [FINANCE.title(), ADMINISTRATOR.title()]
    theirs = Q(groups__name__in=groups) | Q(is_superuser=True)
    return User.objects.filter(theirs, is_staff=True, is_active=True).distinct().order_by("pk")
