"""What the end-to-end tests share: the whole product, people with sessions, and browsers with a voice."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from rooms.demo.client import SpacesClient
from rooms.demo.speech import Samples, speak, write_wav
from stack.livekit import ensure_livekit
from stack.processes import listens
from tests.audio.background import Background
from tests.e2e.pages import Visitor
from tests.plugins.service import Service, wait_until
from tests.plugins.services import FOLDER, LiveStack

WORDS = "Good morning. This is a voice from a browser, and here are seven more words."
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# Shorter than in life, so that the tests need not wait for minutes.
GRACE_SECONDS = 12
PRESENCE_SECONDS = 6

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAKE_MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

# Made in one go, since each start of Django takes seconds. Everybody's password is the demo's.
_PEOPLE = """
import json
from datetime import timedelta
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from accounts.models import HostingWaiver, User
from accounts.services import follow
password, made = make_password("spaces-demo"), []
for number in range(1, 61):
    host, fan = [
        User.objects.create(handle=f"{kind}_{number}", email=f"{kind}_{number}@example.org", name=name, password=password,
                            date_joined=timezone.now() - timedelta(days=400))
        for kind, name in (("host", f"Hana Host{number}"), ("fan", f"Finn Fan{number}"))
    ]
    HostingWaiver.objects.create(user=host)
    follow(follower=fan, followee=host, now=timezone.now())
    for person in (host, fan):
        client = Client(REMOTE_ADDR="127.0.0.1")
        client.force_login(person)
        made.append([person.handle, str(person.pk), person.name, client.cookies["sessionid"].value])
print("PEOPLE" + json.dumps(made))
"""


@dataclass(frozen=True)
class Account:
    """Somebody with an account and a session."""

    handle: str
    id: str
    name: str
    session: str


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Iterator[LiveStack]:
    """The whole product, with short graces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPACES_HOST_GRACE_SECONDS", str(GRACE_SECONDS))
        patch.setenv("SPACES_PRESENCE_SECONDS", str(PRESENCE_SECONDS))
        yield request.getfixturevalue("live_stack")


@pytest.fixture(scope="session")
def restart_audio(site: LiveStack) -> Iterator[Callable[[], None]]:
    """`restart_audio()` kills LiveKit and starts it anew, empty, as when its machine has failed."""
    started: list[Service] = []

    def restart() -> None:
        file = site.var_dir / "livekit.yaml"
        if started:
            started.pop().stop()
        else:
            os.kill(site.process(file.name), signal.SIGKILL)
        service = Service("livekit-again", FOLDER)
        port = urlsplit(site.environment["LIVEKIT_URL"]).port
        assert port
        wait_until(lambda: not listens(port), "LiveKit is gone")
        service.start([ensure_livekit(), "--config", str(file)], lambda: listens(port), stop_signal="KILL")
        started.append(service)

    yield restart
    for service in started:
        service.stop()


@pytest.fixture(scope="session")
def people(site: LiveStack) -> Iterator[tuple[Account, Account]]:
    """Pairs of a host and somebody who follows them and nobody else; each test takes the next."""
    printed = site.manage("shell", "-c", _PEOPLE)
    rows = [Account(*row) for row in json.loads(printed.split("PEOPLE")[1])]
    return iter(list(zip(rows[::2], rows[1::2], strict=True)))


@pytest.fixture
def pair(people: Iterator[tuple[Account, Account]]) -> tuple[Account, Account]:
    """A host and a follower of theirs, of this test alone."""
    return next(people)


@pytest.fixture
def host(pair: tuple[Account, Account]) -> Account:
    """Somebody who may host."""
    return pair[0]


@pytest.fixture
def fan(pair: tuple[Account, Account]) -> Account:
    """Somebody who follows `host`."""
    return pair[1]


@pytest.fixture
def stranger(people: Iterator[tuple[Account, Account]]) -> Account:
    """Somebody who may host, and whom `fan` does not follow."""
    return next(people)[0]


@pytest.fixture(scope="session")
def words() -> Samples:
    """What the browsers' microphone hears, again and again."""
    return speak(WORDS)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def launch(
    playwright: Playwright, chromium_path: str, words: Samples, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Browser]:
    """`launch()` starts a Chromium whose microphone says `words`; `launch([])` one that has no microphone."""
    wav = tmp_path_factory.mktemp("voice") / "voice.wav"
    write_wav(wav, words)
    voice = [*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={wav}"]

    def start(microphone: list[str] = voice) -> Browser:
        # Sound begins without a tap only where the browser knows the site; a tap comes before it in every test anyway.
        return playwright.chromium.launch(executable_path=chromium_path, args=[*CHROMIUM, *microphone])

    return start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """The Chromium of all tests that need none of their own."""
    started = launch()
    yield started
    started.close()


@pytest.fixture
def visitor(site: LiveStack, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visitor(account)` opens home in a context of its own; without account, as a guest, it opens nothing.

    At the end of the test none of them may have had an error in its console or been refused something by the
    content security policy.
    """
    made: list[Visitor] = []

    def new(
        account: Account | None = None, *, size: Any = DESKTOP, on: Browser | None = None, **options: Any
    ) -> Visitor:
        if size == PHONE:
            options = {"is_mobile": True, "has_touch": True, **options}
        context = (on or browser).new_context(viewport=size, **options)
        if account:
            context.add_cookies([{"name": "sessionid", "value": account.session, "url": site.url}])
        one = Visitor(context, site.url)
        made.append(one)
        return one.open().connected() if account else one

    yield new
    problems = [problem for one in made for problem in one.unexpected_problems()]
    for one in made:
        one.context.close()
    assert not problems, "\n".join([*problems, "The end of the site's output:", site.logs()["web"][-3000:]])


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    """An event loop beside the tests, for the Python client."""
    loop = Background()
    yield loop
    loop.close()


@pytest.fixture
def app(site: LiveStack, background: Background) -> Iterator[Callable[[Account], SpacesClient]]:
    """`app(account)` is that person's app: the Python client, signed in."""
    made: list[SpacesClient] = []

    async def enter(account: Account) -> SpacesClient:
        client = await SpacesClient(site.url).__aenter__()
        made.append(client)
        await client.sign_in(account.handle, "spaces-demo")
        return client

    yield lambda account: background.run(enter(account))
    for client in made:
        background.run(client.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots are kept: the folder SCREENSHOTS names, or a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
