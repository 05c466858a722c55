"""What the audio tests share: services called in this process, and real ears and mouths in a real LiveKit."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from livekit import api

from accounts.models import HostingWaiver, User
from rooms import presence
from rooms.audio import sfu
from rooms.demo.sound import Microphone, SoundRoom
from rooms.demo.speech import Samples, speak
from rooms.models import Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from tests.audio.background import Background

WORDS = "One moment please, the room opens in a few seconds from now."


@pytest.fixture
def now() -> datetime:
    """The moment the test begins; time that passes is added to it."""
    return datetime.now(UTC)


@pytest.fixture
def at(now: datetime) -> Callable[[float], datetime]:
    """`at(30)` is 30 seconds after `now`."""
    return lambda seconds: now + timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    """An event loop beside the tests."""
    loop = Background()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def words() -> Samples:
    """Some seconds of speech."""
    return speak(WORDS)


@pytest.fixture
def start_space(
    transactional_db: None, livekit_server: Any, now: datetime
) -> Iterator[Callable[[User], Space]]:
    """`start_space(host)` puts a Space on air: its LiveKit room is there, its host has not joined yet."""
    started: list[Space] = []

    def start(host: User) -> Space:
        HostingWaiver.objects.get_or_create(user=host)
        started.append(space_start(host=host, title="Morning voices", now=now))
        return started[-1]

    yield start
    for space in started:
        sfu.quietly(lambda name=space.audio_room: sfu.delete_room(name))
        presence.forget(space.pk)


@pytest.fixture
def space(start_space: Callable[[User], Space], host: User) -> Space:
    """A live Space of `host`."""
    return start_space(host)


class Person:
    """Somebody with a connection to LiveKit, driven from a synchronous test."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._tasks: list[Any] = []
        self._microphone: Microphone | None = None
        self.sound: SoundRoom = background.run(_new_sound_room())

    def connect(self, token: str, url: str = "") -> "Person":
        """Enter with this token. Raises NoSound."""
        self._background.run(self.sound.connect(url or django_settings.LIVEKIT_WS_URL, token))
        return self

    def speak(self, sound: Samples, *, timeout: float = 10) -> None:
        """Publish and say this again and again. Raises NoSound."""
        microphone = self._background.run(self.sound.publish(timeout))

        async def forever() -> None:
            while True:
                await microphone.say(sound)

        self._tasks.append(self._background.start(forever()))

    def say(self, sound: Samples) -> None:
        """Say this once, in real time; returns when it has been sent. Publishes first. Raises NoSound."""
        if self._microphone is None:
            self._microphone = self._background.run(self.sound.publish(10))
        self._background.run(self._microphone.say(sound), 60)

    def hear(self, seconds: float, timeout: float = 20) -> Samples:
        """Return the next seconds of sound, from its first loud moment on. Raises TimeoutError."""
        self._background.run(self.sound.hear_something(timeout), timeout + 5)
        return self._background.run(self.sound.hear(seconds, timeout=timeout), timeout + 5)

    def is_out(self) -> bool:
        """Whether LiveKit has thrown us out."""
        return self.sound.disconnected.is_set()

    def close(self) -> None:
        """Go."""
        for task in self._tasks:
            self._background.stop(task)
        self._background.run(self.sound.close())


async def _new_sound_room() -> SoundRoom:
    return SoundRoom()


@pytest.fixture
def person(background: Background) -> Iterator[Callable[[], Person]]:
    """`person()` is somebody who may connect to LiveKit; they go at the end of the test."""
    people: list[Person] = []

    def new() -> Person:
        people.append(Person(background))
        return people[-1]

    yield new
    for one in people:
        one.close()


@pytest.fixture
def enter(person: Callable[[], Person], now: datetime) -> Callable[[Space, User], tuple[Person, str]]:
    """`enter(space, user)` joins and connects; gives the person and their connection. Tells nobody of it."""

    def entered(space: Space, user: User) -> tuple[Person, str]:
        joined = space_join(space=space, user=user, now=now)
        assert joined.audio is not None
        return person().connect(joined.audio.token), joined.participation.connection

    return entered


@pytest.fixture
def handmade(livekit_server: Any) -> Callable[..., str]:
    """`handmade(room, identity, **grants)` is a token signed with our key, but not by our product."""

    def token(
        room: str, identity: str, *, key: str = "", secret: str = "", seconds: int = 60, **grants: Any
    ) -> str:
        video = api.VideoGrants(room_join=True, room=room, **grants)
        made = api.AccessToken(key or livekit_server.key, secret or livekit_server.secret)
        return made.with_identity(identity).with_grants(video).with_ttl(timedelta(seconds=seconds)).to_jwt()

    return token
