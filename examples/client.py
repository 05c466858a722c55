"""A whole client of Spaces in one file, on public packages only: `pip install httpx websockets livekit`.

It knows what docs/api.md and docs/protocol.md say, and nothing else of the product.

    python client.py --as demo_listener bubbles
    python client.py --as demo_listener visit --listen 20 --write heard.wav --react 🔥
    python client.py --as demo_listener visit SPACE --ask "I was there." --say voice.wav
"""

import argparse
import array
import asyncio
import contextlib
import getpass
import itertools
import json
import math
import os
import random
import sys
import wave
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import websockets
from livekit import rtc

Json = dict[str, Any]
RATE = 48_000
# Close codes of the socket after which there is no coming back (docs/protocol.md, Close codes).
FOR_GOOD = (4400, 4403, 4409)


class Refused(Exception):
    """The server says no: `code` is for programs and stable, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{message} ({code})")


class Api:
    """REST, as one person."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")
        self._http = httpx.AsyncClient(base_url=self.site, timeout=15)

    async def sign_in(self, who: str, password: str, second_factor: Callable[[], str]) -> None:
        """Sign in with handle or e-mail address; from then on each request carries the session's token."""
        body = {"email" if "@" in who else "username": who, "password": password}
        answer = await self._auth("POST", "login", body)
        pending = [flow["id"] for flow in answer.get("data", {}).get("flows", ()) if flow.get("is_pending")]
        if "mfa_authenticate" in pending:
            answer = await self._auth("POST", "2fa/authenticate", {"code": second_factor()})
        if answer["status"] != 200:
            why = " ".join(error["message"] for error in answer.get("errors", ()))
            raise Refused("sign_in", why or f"The site asks for more first: {', '.join(pending)}.")

    async def sign_out(self) -> None:
        """End the session and hang up."""
        with contextlib.suppress(Refused, httpx.TransportError):
            await self._auth("DELETE", "session")
        await self._http.aclose()

    async def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """Call an operation and return its answer; waits once when it is told to. Raises Refused, TransportError."""
        answer = await self._http.request(method, f"/api/v1/{path}", json=body)
        if answer.status_code == 429 and (seconds := int(answer.headers["Retry-After"])) < 60:
            await asyncio.sleep(seconds)
            answer = await self._http.request(method, f"/api/v1/{path}", json=body)
        if answer.is_success:
            return answer.json() if answer.content else None
        is_ours = answer.headers["Content-Type"] == "application/json"
        refusal = (
            answer.json() if is_ours else {"code": f"http_{answer.status_code}", "message": "That failed."}
        )
        raise Refused(refusal["code"], refusal["message"])

    async def _auth(self, method: str, path: str, body: Json | None = None) -> Json:
        response = await self._http.request(method, f"/_allauth/app/v1/auth/{path}", json=body)
        if response.headers.get("Content-Type") != "application/json":
            raise Refused("sign_in", "This is not Spaces, or it is out of order.")
        answer = dict(response.json())
        # Of a sign-in, or of one half done, which is good for its second factor alone.
        if token := answer.get("meta", {}).get("session_token"):
            self._http.headers["X-Session-Token"] = token
        return answer


class Socket:
    """The websocket in one Space: comes back when it is lost, answers pings, hands events on in their order."""

    def __init__(self, api: Api, space: str, connection: str, on_event: Callable[[Json], None]) -> None:
        self._api, self._space, self._connection, self._on_event = api, space, connection, on_event
        self._present = asyncio.Event()
        self._refs = map(str, itertools.count(1))
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._seq = 0
        self._early: dict[int, Json] = {}
        self._watch_at: float | None = None

    async def run(self) -> None:
        """Keep the socket open for ever. Raises Refused when there is no coming back."""
        for tries in itertools.count(1):
            with contextlib.suppress(OSError, httpx.TransportError, websockets.InvalidHandshake):
                ticket = (await self._api.ask("POST", "socket-tickets/"))["ticket"]
                address = self._api.site.replace("http", "ws", 1) + f"/ws/?ticket={ticket}"
                async with websockets.connect(address) as wire:
                    await self._read(wire)
                if wire.close_code in FOR_GOOD:
                    raise Refused(f"socket_{wire.close_code}", "The server has closed the socket for good.")
            await asyncio.sleep(random.uniform(1, min(30, 2**tries)))

    async def command(self, kind: str, /, **data: Any) -> Json:
        """Send a command about the Space and return its answer. Raises Refused, TimeoutError, ConnectionError."""
        async with asyncio.timeout(30):
            await self._present.wait()
            ref = next(self._refs)
            answer = self._answers[ref] = asyncio.get_running_loop().create_future()
            await self._send(kind, ref, data)
            return dict(_data(await answer))

    async def _send(self, kind: str, ref: str, data: Json) -> None:
        frame = {"type": kind, "ref": ref, "data": {"space": self._space, **data}}
        with contextlib.suppress(websockets.ConnectionClosed):  # the one who reads learns of it
            await self._wire.send(json.dumps(frame))

    async def _read(self, wire: websockets.ClientConnection) -> None:
        self._wire = wire
        await self._send("space.present", "present", {"connection": self._connection})
        await self._send("space.watch", "watch", {})
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                try:
                    async with asyncio.timeout_at(self._watch_at):
                        text = await wire.recv()
                except TimeoutError:
                    self._watch_at = None
                    await self._send("space.watch", "watch", {})
                else:
                    await self._take(json.loads(text))
        self._present.clear()
        for answer in self._answers.values():
            answer.set_exception(ConnectionError("The connection was lost."))
        self._answers.clear()

    async def _take(self, frame: Json) -> None:
        kind, data = frame["type"], frame.get("data") or {}
        if kind == "ping":
            await self._wire.send(json.dumps({"type": "pong", "data": {"n": data["n"]}}))
        elif kind == "reply" and frame["ref"] in ("present", "watch"):
            _data(frame)
            self._present.set()
        elif kind == "reply":
            if answer := self._answers.pop(frame["ref"], None):
                answer.set_result(frame)
        elif kind == "space.resync":
            self._watch_in(random.uniform(0, data["within_ms"] / 1000))
        elif "seq" in frame and kind != "space.snapshot":
            # Events may overtake each other: each waits for those before it, but not for long.
            self._early[frame["seq"]] = frame
        else:
            if kind == "space.snapshot":
                self._seq, self._watch_at = frame["seq"], None
            self._on_event(frame)
        while (following := self._early.pop(self._seq + 1, None)) is not None:
            self._seq += 1
            self._on_event(following)
        self._early = {seq: early for seq, early in self._early.items() if seq > self._seq}
        if self._early or (kind == "space.tick" and data["seq"] > self._seq):
            self._watch_in(0.5)

    def _watch_in(self, seconds: float) -> None:
        """Ask for a new snapshot then, unless one comes before."""
        self._watch_at = self._watch_at or asyncio.get_running_loop().time() + seconds


def _data(reply: Json) -> Json:
    if not reply["ok"]:
        raise Refused(reply["error"]["code"], reply["error"]["message"])
    return reply.get("data") or {}


class Sound:
    """The sound of a Space over LiveKit: what they say, but for those one has silenced, goes into a WAV file."""

    def __init__(self, file: str, silenced: set[str]) -> None:
        self._silenced = silenced
        self._wav = wave.open(file, "wb")
        self._wav.setparams((1, 2, RATE, 0, "NONE", ""))
        self._mixer = rtc.AudioMixer(RATE, 1)
        self._writing = asyncio.create_task(self._write())
        self._right = asyncio.Event()
        self.room = rtc.Room()
        self.room.on("track_subscribed", lambda track, _, person: self._hear(track, person.identity))
        self.room.on("participant_permissions_changed", lambda *_: self._check_right())

    async def connect(self, url: str, token: str) -> None:
        """Enter with what `join` gave. Raises rtc.ConnectError."""
        await self.room.connect(url, token)
        self._check_right()

    async def say(self, file: str, tell: Callable[[bool], Coroutine[Any, Any, Json]]) -> None:
        """Say a WAV file, or a tone; `tell(muted)` tells the others that the microphone is on, and off again."""
        rate, channels, samples = read_wav(file) if file != "tone" else (RATE, 1, tone(seconds=4))
        async with asyncio.timeout(30):  # whoever was let on stage gets the right to publish a moment later
            await self._right.wait()
        source = rtc.AudioSource(rate, channels)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        published = await self.room.local_participant.publish_track(track, options)
        await tell(False)
        # A second of silence first: it takes others so long to be connected to a new microphone.
        samples = array.array("h", [0] * rate * channels) + samples
        step = rate // 50 * channels
        for start in range(0, len(samples) - step + 1, step):
            part = samples[start : start + step]
            await source.capture_frame(rtc.AudioFrame(part.tobytes(), rate, channels, step // channels))
        await source.wait_for_playout()
        await tell(True)
        await self.room.local_participant.unpublish_track(published.sid)

    async def close(self) -> None:
        """Hang up; the file is whole then."""
        await self.room.disconnect()
        await self._mixer.aclose()
        self._writing.cancel()
        await asyncio.wait([self._writing])
        self._wav.close()

    def _check_right(self) -> None:
        if self.room.local_participant.permissions.can_publish:
            self._right.set()

    def _hear(self, track: rtc.Track, user: str) -> None:
        if user not in self._silenced:
            self._mixer.add_stream(self._frames(track))

    async def _frames(self, track: rtc.Track) -> AsyncIterator[rtc.AudioFrame]:
        async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
            yield event.frame

    async def _write(self) -> None:
        async for frame in self._mixer:
            self._wav.writeframes(frame.data.tobytes())


def read_wav(file: str) -> tuple[int, int, "array.array[int]"]:
    """Return rate, channels and samples of a 16-bit WAV file."""
    with wave.open(file, "rb") as wav:
        return wav.getframerate(), wav.getnchannels(), array.array("h", wav.readframes(wav.getnframes()))


def tone(*, seconds: int) -> "array.array[int]":
    """Return an A, at half of full loudness."""
    return array.array(
        "h", (int(16_000 * math.sin(math.tau * 440 * n / RATE)) for n in range(seconds * RATE))
    )


class Visit:
    """A stay in a Space, from joining to leaving; what happens is printed."""

    def __init__(self, api: Api, space: str, options: argparse.Namespace) -> None:
        self._api, self._space, self._options = api, space, options
        self._names: dict[str, str] = {}
        self._decided: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Do what the options say. Raises Refused."""
        joined = await self._api.ask("POST", f"spaces/{self._space}/join/", {})
        silenced = [await self._api.ask("GET", f"me/{kept}/?limit=100") for kept in ("mutes", "blocks")]
        sound = Sound(self._options.write, {person["id"] for page in silenced for person in page["results"]})
        self._socket = socket = Socket(self._api, self._space, joined["connection"], self._take)
        keeping, acting, over = (
            asyncio.create_task(part) for part in (socket.run(), self._act(sound, joined), self._over.wait())
        )
        try:
            done, _ = await asyncio.wait((keeping, acting, over), return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
        finally:
            for part in (keeping, acting, over):
                part.cancel()
            await asyncio.wait((keeping, acting, over))
            await sound.close()
            with contextlib.suppress(Refused, httpx.TransportError):
                await self._api.ask(
                    "POST", f"spaces/{self._space}/leave/", {"connection": joined["connection"]}
                )

    async def _act(self, sound: Sound, joined: Json) -> None:
        options, command = self._options, self._socket.command
        if joined["audio"]:
            await sound.connect(joined["audio"]["url"], joined["audio"]["token"])
            await command("audio.connected", connection=joined["connection"])
            sound.room.on("disconnected", lambda *_: self._over.set())
        listening = asyncio.create_task(asyncio.sleep(options.listen))
        if options.react:
            await command("space.react", kind=options.react)
        if options.ask and joined["role"] == "listener":
            await command("stage.request", pitch=options.ask, recording_consent=options.agree_to_be_recorded)
            print("You have asked to speak.")
            if not await self._decided:
                raise Refused("declined", "You were not let on stage this time.")
        if options.ask:
            await sound.say(options.say, lambda muted: command("mic.set", muted=muted))
            await command("stage.step_down")
            print("You have spoken.")
        await listening

    def _take(self, frame: Json) -> None:
        """Print an event. Frames of no interest here are passed over, and so are unknown ones."""
        data = frame.get("data") or {}
        match frame["type"]:
            case "space.snapshot":
                self._names = {person["id"]: person["name"] for person in data["stage"]}
                names = ", ".join(self._names.values())
                print(f"{data['space']['title']}: {names} on stage, {data['listeners']} listening")
            case "stage.joined":
                self._names[data["id"]] = data["name"]
                print(f"{data['name']} is on stage.")
            case "stage.muted":
                print(f"{self._names.get(data['user'])} {'is silent' if data['muted'] else 'may be heard'}.")
            case "message.posted":
                print(f"{data['message']['author']['name']}: {data['message']['text']}")
            case "space.tick" if "reactions" in data:
                print(*(f"{kind} {count}" for kind, count in data["reactions"].items()))
            case "request.decided":
                self._decided.set_result(data["accepted"])
            case "space.ended" | "space.removed" | "space.superseded":
                print(
                    {"space.ended": "The Space is over."}.get(frame["type"], "You are no longer in it here.")
                )
                self._over.set()


def read_options() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="A client of Spaces.")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument(
        "--as", dest="who", required=True, help="handle or e-mail; the password is in SPACES_PASSWORD"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("bubbles", help="who of those you follow is on air")
    stay = commands.add_parser("visit", help="join a Space and leave it again")
    stay.add_argument("space", nargs="?", help="its id; the first bubble's, if left out")
    stay.add_argument("--listen", type=float, default=10, metavar="SECONDS", help="stay as long (10)")
    stay.add_argument("--write", default=os.devnull, metavar="WAV", help="keep what is heard")
    stay.add_argument("--react", metavar="EMOJI", help="one of 💯 ✋ ✊ ✌️ 👋 ❤️ 😂 👏 🔥 🎉")
    stay.add_argument("--ask", metavar="WORDS", help="ask to speak, say why, and speak when let on stage")
    stay.add_argument("--say", default="tone", metavar="WAV", help="what to say there: 16 bits (a tone)")
    stay.add_argument(
        "--agree-to-be-recorded", action="store_true", help="asked of whoever speaks where it is recorded"
    )
    return parser.parse_args()


async def main(options: argparse.Namespace) -> None:
    """Sign in, do what the options say, and sign out."""
    api = Api(options.site)
    try:
        password = os.environ.get("SPACES_PASSWORD") or getpass.getpass()
        await api.sign_in(options.who, password, lambda: input("Second factor: "))
        bubbles = await api.ask("GET", "bubbles/")
        if options.command == "bubbles":
            for bubble in bubbles:
                names = ", ".join(person["name"] for person in bubble["people"])
                print(
                    f"{bubble['space']}  {bubble['title']}: {names} on stage, {bubble['listeners']} listening"
                )
        elif space := options.space or next((bubble["space"] for bubble in bubbles), None):
            await Visit(api, space, options).run()
        else:
            print("Nobody you follow is on air.")
    finally:
        await api.sign_out()


if __name__ == "__main__":
    try:
        asyncio.run(main(read_options()))
    except KeyboardInterrupt:
        sys.exit(130)
    except (Refused, rtc.ConnectError, httpx.TransportError, OSError, wave.Error) as problem:
        sys.exit(str(problem) or type(problem).__name__)
