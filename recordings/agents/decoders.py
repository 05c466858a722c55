"""The engines of a room: a few processes, each with one utterance at a time, started when they are needed.

How many there are is how much of the machine captions may take. Who speaks while all are busy waits; what waits too long is
dropped, the oldest first. An engine that is behind is asked for whole lines alone.
"""

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from django.conf import settings

from recordings.agents.utterances import Utterance
from recordings.engines.base import EngineInfo
from recordings.engines.host import LENGTH_BYTES

logger = logging.getLogger(__name__)

# What is handed over at once, so that an engine is asked for what it has understood about three times a second.
_PIECE_SECONDS = 0.3
# So much that no engine has heard yet: it is behind.
_BEHIND_SECONDS = 1.2
# An engine that had nothing to do for so long gives its memory back.
_IDLE_SECONDS = 60.0
# A model may take so long to load, and an engine to answer: one that is ended for being slow only makes a busy machine busier.
_LOAD_SECONDS = 120.0
_ANSWER_SECONDS = 120.0

# Called with an utterance and what it seems to be (`is_final` false), then what it is.
Understood = Callable[[Utterance, str, bool], Awaitable[None]]


class EngineDied(Exception):
    """The process of an engine has ended, or does not answer."""


class EngineProcess:
    """One process of an engine."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._requests, self._answers = process.stdin, process.stdout

    @classmethod
    async def started(cls, info: EngineInfo) -> "EngineProcess":
        """A process, its engine loaded. Raises EngineDied."""
        arguments = ["-m", "recordings.engines.host", info.load, json.dumps(dict(info.options))]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=settings.BASE_DIR,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        engine = cls(process)
        try:
            await engine._answer(_LOAD_SECONDS)
        except BaseException:
            await engine.stop()
            raise
        return engine

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def begin(self) -> None:
        """An utterance begins."""
        await self._say(b"B")

    async def hear(self, pcm: bytes) -> None:
        """More of it."""
        await self._say(b"A", pcm)

    async def partial(self) -> str:
        """What it seems to be so far."""
        await self._say(b"P")
        return await self._answer(_ANSWER_SECONDS)

    async def end(self) -> str:
        """What it is."""
        await self._say(b"E")
        return await self._answer(_ANSWER_SECONDS)

    async def stop(self) -> None:
        """End the process."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _say(self, letter: bytes, body: bytes = b"") -> None:
        try:
            self._requests.write(letter + len(body).to_bytes(LENGTH_BYTES) + body)
            await self._requests.drain()
        except ConnectionError as error:
            raise EngineDied(str(error)) from error

    async def _answer(self, seconds: float) -> str:
        try:
            async with asyncio.timeout(seconds):
                length = int.from_bytes(await self._answers.readexactly(LENGTH_BYTES))
                return (await self._answers.readexactly(length)).decode()
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            raise EngineDied(f"no answer from the engine: {error}") from error


class Decoders:
    """Understands utterances, `CAPTION_DECODERS` at once, and says what they are."""

    def __init__(self, info: EngineInfo, understood: Understood) -> None:
        # Whether somebody reads what is only guessed: otherwise an engine need not guess.
        self.guesses = True
        self._info = info
        self._understood = understood
        self._free: list[EngineProcess] = []
        self._turn = asyncio.Semaphore(settings.CAPTION_DECODERS)
        self._waiting: list[Utterance] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: dict[EngineProcess, asyncio.TimerHandle] = {}

    async def warm(self) -> None:
        """Have one engine ready for the first words."""
        self._put_back(await EngineProcess.started(self._info))

    def take(self, utterance: Utterance) -> None:
        """Understand an utterance that has begun."""
        self._waiting.append(utterance)
        backlog = sum(one.waiting_seconds for one in self._waiting)
        while backlog > settings.CAPTION_BACKLOG_SECONDS and len(self._waiting) > 1:
            oldest = self._waiting.pop(0)
            oldest.dropped = True
            backlog -= oldest.waiting_seconds
            logger.warning("Captions are behind: some words of %s are lost", oldest.name)
        self._start(self._work(utterance))

    async def finish(self) -> None:
        """Return when all that was said is understood."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """End all engines."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for timer in self._idle.values():
            timer.cancel()
        while self._free:
            await self._free.pop().stop()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, utterance: Utterance) -> None:
        async with self._turn:
            if utterance.dropped:
                return
            self._waiting.remove(utterance)
            for last_try in (False, True):
                try:
                    async with self._engine() as engine:
                        await self._understand(engine, utterance)
                    return
                except EngineDied as error:
                    logger.warning("An engine died: %s", error)
                    if last_try:
                        await self._understood(utterance, "", True)
                    utterance.rewind()

    async def _understand(self, engine: EngineProcess, utterance: Utterance) -> None:
        await engine.begin()
        told = ""
        while piece := await utterance.next(_PIECE_SECONDS):
            await engine.hear(piece)
            is_behind = utterance.waiting_seconds > _BEHIND_SECONDS
            if is_behind or utterance.ends_at_ms is not None or not self.guesses:
                continue
            guess = await engine.partial()
            if guess != told:
                told = guess
                await self._understood(utterance, guess, False)
        await self._understood(utterance, await engine.end(), True)

    @contextlib.asynccontextmanager
    async def _engine(self) -> AsyncIterator[EngineProcess]:
        """An engine for one utterance: a free one, or a new one. Raises EngineDied."""
        while self._free:
            engine = self._free.pop()
            self._idle.pop(engine).cancel()
            if engine.lives:
                break
        else:
            engine = await EngineProcess.started(self._info)
        try:
            yield engine
        except BaseException:
            await engine.stop()
            raise
        self._put_back(engine)

    def _put_back(self, engine: EngineProcess) -> None:
        self._free.append(engine)
        later = asyncio.get_running_loop().call_later
        self._idle[engine] = later(_IDLE_SECONDS, lambda: self._start(self._retire(engine)))

    async def _retire(self, engine: EngineProcess) -> None:
        if engine in self._free:
            self._free.remove(engine)
            self._idle.pop(engine).cancel()
            await engine.stop()
