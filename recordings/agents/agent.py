"""A job in its process: the claim it holds, the room it listens to, and when it is over."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.utils import timezone
from livekit import rtc
from livekit.agents import AutoSubscribe, JobContext

from recordings.models import AgentJob
from recordings.services import agents
from rooms.live.database import in_database
from rooms.models import Space

logger = logging.getLogger(__name__)

# Of AGENT_LAST_SECONDS, what a coroutine may take to bring home what it has.
_LAST_SHARE = 0.8


class Agent:
    """What a kind's coroutine is given.

    `room` is LiveKit's room, not connected yet (`connect` does that). `over` is set when the work has to end: the claim is
    lost, the Space or the room is gone, or the worker stops.
    """

    def __init__(self, ctx: JobContext, job: AgentJob, worker: str) -> None:
        self._ctx = ctx
        self.job = job
        self.worker = worker
        self.over = asyncio.Event()
        self._error = ""
        self._work: asyncio.Task[None] | None = None
        self._signs: asyncio.Task[None] | None = None

    @classmethod
    async def claimed(cls, ctx: JobContext, job_id: int) -> Self | None:
        """The job, if it is still to be had."""
        worker = f"{socket.gethostname()[:24]}.{os.getpid()}.{ctx.job.id}"[:64]
        job = await in_database(agents.agent_started)(job_id=job_id, worker=worker, now=timezone.now())
        return cls(ctx, job, worker) if job else None

    @property
    def space(self) -> Space:
        """The Space, as it was when the job began."""
        return self.job.space

    @property
    def room(self) -> rtc.Room:
        """LiveKit's room."""
        return self._ctx.room

    def offset_ms(self, at: datetime | None = None) -> int:
        """How long after the Space's start a moment is (default: now), in milliseconds."""
        assert self.space.started_at is not None
        return max(0, round(((at or timezone.now()) - self.space.started_at).total_seconds() * 1000))

    async def connect(self, *, subscribe: bool = True) -> None:
        """Enter the room; what is said there comes as `track_subscribed`, unless one subscribes for oneself. Raises
        rtc.ConnectError."""
        self.room.on("disconnected", lambda *_: self.over.set())
        auto = AutoSubscribe.SUBSCRIBE_ALL if subscribe else AutoSubscribe.SUBSCRIBE_NONE
        await self._ctx.connect(auto_subscribe=auto)

    def start(self, run: Callable[["Agent"], Awaitable[None]]) -> None:
        """Let the kind's coroutine run, and give signs of life."""
        self._signs = asyncio.create_task(self._give_signs())
        self._work = asyncio.create_task(self._run(run))

    async def finish(self) -> None:
        """Have the coroutine end, and give the job back."""
        self.over.set()
        if self._work is not None:
            _, late = await asyncio.wait([self._work], timeout=_LAST_SHARE * settings.AGENT_LAST_SECONDS)
            for task in late:
                logger.warning("%s did not end in time", self.job)
                task.cancel()
        if self._signs is not None:
            self._signs.cancel()
        stopped = in_database(agents.agent_stopped)
        await stopped(job_id=self.job.pk, worker=self.worker, error=self._error, now=timezone.now())

    async def _run(self, run: Callable[["Agent"], Awaitable[None]]) -> None:
        try:
            await run(self)
        except Exception:
            logger.exception("%s failed", self.job)
            self._error = "crashed"
        finally:
            self._ctx.shutdown("the work is done")

    async def _give_signs(self) -> None:
        """Renew the claim every `AGENT_SIGN_SECONDS`, and end the work when it is lost."""
        sign = in_database(agents.agent_sign)
        while not self.over.is_set():
            try:
                if not await sign(job_id=self.job.pk, worker=self.worker, now=timezone.now()):
                    self.over.set()
            except Exception:
                # The database is away: the claim runs out if it stays so.
                logger.exception("%s could not give a sign", self.job)
            await asyncio.sleep(settings.AGENT_SIGN_SECONDS)
