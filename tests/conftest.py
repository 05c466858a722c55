"""What all tests share: the people of a Space, and a client of the API for each."""

import math
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as DjangoClient
from django.utils import translation
from rest_framework.test import APIClient

from accounts.models import User
from flags import selectors as flags
from spaces_project.lib.redis_client import redis_client
from stack.ports import free_port
from tests.emptying import empty_quickly
from tests.factories import HostingWaiverFactory, UserFactory
from tests.own_redis import OwnRedis
from tests.staffing import sign_in_staff


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The databases of the tests are made from the migrated one, where there is one."""
    if template := os.environ.get("TEST_DATABASE_TEMPLATE"):
        connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture(autouse=True, scope="session")
def quick_emptying() -> None:
    """Tests that commit clean up what they have written, and not every table that there is."""
    empty_quickly()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Passwords are hashed quickly: what the real way costs is none of the tests' business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fresh_rates() -> None:
    """Nobody has done anything too often yet: SQLite gives the people of each test the same ids."""
    client = redis_client()
    if counted := list(client.scan_iter("spaces:rate:*", count=1000)):
        client.delete(*counted)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a request has turned the language to must not reach the next test."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def flag() -> Callable[..., None]:
    """`flag("clips", share=0)`: off for everybody from now on. Until a test says something, settings count, without a query."""
    states: dict[str, flags.State] = {}
    flags.keep(states, seconds=math.inf)

    def set_flag(name: str, *, share: int) -> None:
        assert name in settings.FLAGS
        states[name] = flags.State(share)

    return set_flag


@pytest.fixture
def limit(settings: Any) -> Callable[..., None]:
    """`limit("post.create", account=(2, 60))`: from now on an account may do it twice a minute, and nothing else counts."""

    def set_limit(action: str, *, account: Any = None, new_account: Any = None, address: Any = None) -> None:
        assert action in settings.LIMITS
        changed = settings.LIMITS[action]._replace(account=account, new_account=new_account, address=address)
        settings.LIMITS = settings.LIMITS | {action: changed}

    return set_limit


@pytest.fixture
def own_redis(settings: Any) -> Iterator[OwnRedis]:
    """The product runs on it during the test."""
    own = OwnRedis(free_port())
    own.start()
    settings.REDIS_URL = own.url
    layer = settings.CHANNEL_LAYERS["default"]
    hosts = [own.url]
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
    yield own
    own.stop()


@pytest.fixture
def host(db: None) -> User:
    """Somebody who may host."""
    user: User = UserFactory(handle="the_host", name="The Host")
    HostingWaiverFactory(user=user)
    return user


@pytest.fixture
def cohost(db: None) -> User:
    """Somebody who is, or is to be, a co-host."""
    return UserFactory(handle="a_cohost", name="A Cohost")


@pytest.fixture
def speaker(db: None) -> User:
    """Somebody who is, or is to be, on stage."""
    return UserFactory(handle="a_speaker", name="A Speaker")


@pytest.fixture
def listener(db: None) -> User:
    """Somebody who listens."""
    return UserFactory(handle="a_listener", name="A Listener")


@pytest.fixture
def outsider(db: None) -> User:
    """Somebody who has nothing to do with it."""
    return UserFactory(handle="an_outsider", name="An Outsider")


@pytest.fixture
def staff(db: None) -> User:
    """Somebody who may do everything in the admin."""
    return UserFactory(handle="a_staffer", name="A Staffer", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(staff: User) -> DjangoClient:
    """The admin in the hands of staff, with a second factor."""
    return sign_in_staff(DjangoClient(), staff)


class Client(APIClient):
    """Speaks JSON unless told otherwise; what breaks in a view breaks the test."""

    default_format = "json"


@pytest.fixture
def api() -> Callable[[User | None], Client]:
    """`api(user)` is a client of the API with that person's session; `api(None)` is a guest's."""

    def client(user: User | None) -> Client:
        made = Client()
        if user is not None:
            made.force_login(user)
        return made

    return client
