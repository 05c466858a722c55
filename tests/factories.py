"""Makes rows for tests, each valid by itself; a test names only what it is about."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Follow, HostingWaiver, User


class UserFactory(DjangoModelFactory[User]):
    """Somebody without password (`api(user)` and `client.force_login(user)` need none); `password=` gives one."""

    class Meta:
        model = User

    handle = factory.Sequence(lambda n: f"person_{n}")
    name = factory.LazyAttribute(lambda user: user.handle.replace("_", " ").title())
    email = factory.LazyAttribute(lambda user: f"{user.handle}@example.com")
    # No new account, which may do less.
    date_joined = factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(*args, **fields)


class FollowFactory(DjangoModelFactory[Follow]):
    """Somebody follows somebody. The row alone: the counts are the service's (`accounts.services.follow`)."""

    class Meta:
        model = Follow

    follower = factory.SubFactory(UserFactory)
    followee = factory.SubFactory(UserFactory)


class HostingWaiverFactory(DjangoModelFactory[HostingWaiver]):
    """Staff let somebody host."""

    class Meta:
        model = HostingWaiver

    user = factory.SubFactory(UserFactory)
    reason = "For a test."
