"""`manage.py demo_space`: a live Space with spoken sound, so that a newcomer with one browser hears something."""

import asyncio
import contextlib
import logging
import signal
from argparse import ArgumentParser
from collections.abc import Coroutine
from typing import Any

import aiohttp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rooms.demo import script
from rooms.demo.client import Refused, Seat, SpacesClient
from rooms.demo.sound import NoSound
from rooms.demo.speech import Samples, SpeechUnavailable

HOST, LISTENER, PASSWORD = "demo_host", "demo_listener", "spaces-demo"
_COME_BACK_SECONDS = 2.0
_UNREACHABLE = (aiohttp.ClientError, ConnectionError, TimeoutError)


class Command(BaseCommand):
    """Sign in as the demo host over the public API, start a Space and speak until told to stop."""

    help = "Put a live Space on air in the running product: the demo host speaks a recording until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--minutes`, `--url`."""
        parser.add_argument("--minutes", type=float, help="end by itself after this long (default: never)")
        parser.add_argument("--url", default=settings.SITE_URL, help="the site (default: %(default)s)")

    def handle(self, *args: Any, minutes: float | None, url: str, **options: Any) -> None:
        """Run until Ctrl-C, the time is over, or the Space is ended by somebody else."""
        logging.getLogger("livekit").setLevel(logging.ERROR)
        try:
            with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
                asyncio.run(self._run(url.rstrip("/"), minutes))
        except (Refused, NoSound, SpeechUnavailable) as error:
            raise CommandError(f"The demo Space could not be put on air: {error}") from error
        except _UNREACHABLE as error:
            why = str(error) or "too slow"
            raise CommandError(f"{url} does not answer ({why}). Is `make run` running?") from error

    async def _run(self, url: str, minutes: float | None) -> None:
        this = asyncio.current_task()
        assert this is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
        self._say("Preparing the voices …")
        sound = await asyncio.to_thread(script.recording)
        async with SpacesClient(url) as client:
            await client.sign_in(HOST, PASSWORD)
            for older in await client.live_spaces(HOST):
                await client.end_space(older["id"])
            space = (await client.start_space(script.TITLE))["id"]
            over = ""
            try:
                over = await _first(self._keep_on_air(client, space, sound), timeout=minutes and minutes * 60)
            finally:
                if not over:
                    with contextlib.suppress(Refused, *_UNREACHABLE):
                        await client.end_space(space)
                self._say(over or "The demo Space has ended.")

    async def _keep_on_air(self, client: SpacesClient, space: str, sound: Samples) -> str:
        """Speak, coming back whenever the server was away; return, in words, why there is nothing to come back to."""
        while True:
            async with client.seat(space) as seat:
                await self._speak(client, seat, sound)
                now = await client.request("GET", f"spaces/{space}/snapshot/")
                if now["space"]["state"] != "live":
                    return "The demo Space was ended by somebody else."
                if now["me"]["connection"] != seat.connection:
                    return f"{HOST} has joined from another device, so the demo voices step back."
            await asyncio.sleep(_COME_BACK_SECONDS)

    async def _speak(self, client: SpacesClient, seat: Seat, sound: Samples) -> None:
        """Say the recording again and again; return when the sound or our place in the Space is lost."""
        sound_room = seat.sound
        if sound_room is None:
            raise NoSound("this server has no audio server, so nobody would hear anything")
        microphone = await seat.unmute()
        self._say(f"On air: {client.site_url}/spaces/{seat.space}/")
        self._say(f"Sign in as {LISTENER} / {PASSWORD} and tap the purple bubble. Ctrl-C ends the Space.")

        async def speak() -> str:
            while True:
                await microphone.say(sound)

        async def disconnected() -> str:
            await sound_room.disconnected.wait()
            return "disconnected"

        await _first(speak(), disconnected(), _stay_present(seat))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


async def _stay_present(seat: Seat) -> str:
    """Keep a socket open that says that the host is here; return, in words, when they are not any more."""
    while True:
        assert seat.socket is not None
        await seat.socket.closed.wait()
        await asyncio.sleep(_COME_BACK_SECONDS)
        try:
            await seat.be_present()
        except Refused as error:
            return error.message
        except _UNREACHABLE:
            continue


async def _first(*acts: Coroutine[Any, Any, str], timeout: float | None = None) -> str:
    """Run all of them until one is over, and return what it returns; "" when the time is."""
    tasks = [asyncio.create_task(act) for act in acts]
    try:
        done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        return next((task.result() for task in done), "")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
