"""An app in Python in the browser's place: what it hears is what was said."""

import pytest
from playwright.sync_api import expect

from rooms.demo.speech import SAM, SAMPLE_RATE, silence, speak
from tests.audio.likeness import likeness_to_loop

pytestmark = [pytest.mark.e2e]

# The browser's microphone passes echo cancellation, noise suppression and gain control before Opus.
ALIKE = 0.6
# What other speech reaches at most (tests/audio/test_speech.py): the more is heard, the less of it by chance.
UNLIKE = 0.4


async def _seat(client, space):
    manager = client.seat(space)
    return manager, await manager.__aenter__()


@pytest.fixture
def sit(app, background):
    """`sit(account, space)` joins as an app does: REST, socket, sound; it leaves at the end of the test."""
    taken = []

    def down(account, space):
        manager, seat = background.run(_seat(app(account), space))
        taken.append(manager)
        return seat

    yield down
    for manager in taken:
        background.run(manager.__aexit__(None, None, None))


def _hear(background, seat, seconds=3):
    async def listen():
        await seat.sound.hear_something(20)
        return await seat.sound.hear(seconds, timeout=20)

    return background.run(listen(), 45)


def test_python_hears_what_the_browser_says(host, fan, visitor, sit, background, words):
    speaker = visitor(host)
    space = speaker.start_space("To an app")
    speaker.unmute()
    seat = sit(fan, space)
    expect(speaker.room.locator(".room__count")).to_have_text("1 listening")

    heard = _hear(background, seat, seconds=5)
    found = likeness_to_loop(words, heard)
    other = speak("A quite different sentence is spoken here, about bread and butter.", SAM)
    assert found > ALIKE
    # The same measure on what was not said.
    assert likeness_to_loop(other, heard) < UNLIKE
    assert likeness_to_loop(words, silence(3)) == 0


def test_python_tells_the_browser_and_another_python(host, fan, visitor, sit, app, background, words):
    space = background.run(app(host).start_space("From an app"))["id"]
    mouth = sit(host, space)
    listener = visitor(fan)
    listener.bubble(space).click()
    listener.in_room()

    async def speak_for_ever():
        microphone = await mouth.unmute()
        while True:
            await microphone.say(words)

    speaking = background.start(speak_for_ever())
    try:
        listener.hears()
        expect(listener.player).to_contain_text("Hana is speaking")
    finally:
        background.stop(speaking)


def test_what_python_says_python_hears(host, fan, sit, app, background, words):
    space = background.run(app(host).start_space("App to app"))["id"]
    mouth, ear = sit(host, space), sit(fan, space)

    async def speak_for_ever():
        microphone = await mouth.unmute()
        while True:
            await microphone.say(words)

    speaking = background.start(speak_for_ever())
    try:
        heard = _hear(background, ear)
    finally:
        background.stop(speaking)
    assert len(heard) == 3 * SAMPLE_RATE
    assert likeness_to_loop(words, heard) > 0.8
    unmuted = background.run(ear.event("stage.muted"))
    assert unmuted["data"] == {"user": host.id, "muted": False, "by_host": False}
