"""What the tests of pages share: visitors, Spaces, and a reader of HTML."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from rooms.models import Participation, Role, Space, Topic
from rooms.services.lifecycle import space_end, space_start
from tests.factories import HostingWaiverFactory, UserFactory
from tests.pages.documents import Document

Visit = Callable[..., Document]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Nobody has tried to sign in yet."""
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """The moment the test begins."""
    return datetime.now(UTC)


@pytest.fixture
def visitor() -> Callable[[User | None], Client]:
    """`visitor(user)` is that person's browser; `visitor(None)` a guest's."""

    def browser(user: User | None) -> Client:
        client = Client(
            HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        )
        if user is not None:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def visit(visitor: Callable[[User | None], Client]) -> Visit:
    """`visit(user, path)` is the page as a document; `status` is checked."""

    def read(user: User | None, path: str, *, status: int = 200) -> Document:
        response: HttpResponse = visitor(user).get(path)
        assert response.status_code == status, (path, response.status_code, response.headers.get("Location"))
        return Document(response)

    return read


@pytest.fixture
def topics(db: None) -> list[Topic]:
    """Four topics to choose from."""
    return [Topic.objects.get_or_create(slug=f"t-{n}", defaults={"name": f"Topic {n}"})[0] for n in range(4)]


@pytest.fixture
def space(host: User, topics: list[Topic], now: datetime) -> Space:
    """A live Space for some minutes."""
    started = now - timedelta(minutes=5)
    return space_start(host=host, title="Morning <jazz>", topics=[topics[0].slug], now=started)


@pytest.fixture
def maya(db: None) -> User:
    """Another host, not live now."""
    user: User = UserFactory(handle="maya", name="Maya Kim", bio="Jazz & early mornings")
    HostingWaiverFactory(user=user)
    return user


@pytest.fixture
def ended(maya: User, now: datetime) -> Space:
    """A Space of Maya's that was live for 42 minutes."""
    started = now - timedelta(hours=2)
    space = space_start(host=maya, title="Evening jazz", now=started)
    return space_end(space=space, by=maya, now=started + timedelta(minutes=42))


@pytest.fixture
def make_live(now: datetime) -> Callable[[int], list[Space]]:
    """`make_live(10)` puts ten Spaces of ten hosts on air, each with another person on stage."""

    def make(number: int) -> list[Space]:
        spaces = []
        for _ in range(number):
            host = UserFactory()
            HostingWaiverFactory(user=host)
            space = space_start(host=host, title=f"Live with {host.name}", now=now)
            Participation.objects.create(
                space=space, user=UserFactory(), role=Role.SPEAKER, on_stage_since=now
            )
            spaces.append(space)
        return spaces

    return make
