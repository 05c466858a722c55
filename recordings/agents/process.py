"""What a job's process does: it claims the job, lets the kind's coroutine run, and gives the job back."""

import json
import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from livekit.agents import JobContext, JobProcess

from recordings.agents.agent import Agent

logger = logging.getLogger(__name__)

# The coroutine of a kind. It returns soon after `agent.over` is set, having brought home what it has.
Run = Callable[[Agent], Awaitable[None]]

_agents: dict[str, Agent] = {}


@dataclass(frozen=True)
class Order:
    """What a dispatch says: the AgentJob's key, and its kind."""

    job_id: int
    kind: str


def order_of(job: Any) -> Order:
    """What LiveKit's job was dispatched with. Raises ValueError or KeyError for what is not ours."""
    told = json.loads(job.metadata)
    return Order(int(told["job"]), str(told["kind"]))


def prepare(process: JobProcess) -> None:
    """Make a forked process ready: what it logs goes to the worker, which writes it."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if type(handler) is logging.StreamHandler]:
        root.removeHandler(handler)
    threading.current_thread().name = "job"


async def entrypoint(ctx: JobContext) -> None:
    """Begin with a job; returns when it has begun."""
    order = order_of(ctx.job)
    run: Run = import_string(settings.AGENT_KINDS[order.kind]["run"])
    agent = await Agent.claimed(ctx, order.job_id)
    if agent is None:
        ctx.shutdown("the job is not to be had any more")
        return
    _agents[ctx.job.id] = agent
    agent.start(run)


async def end(ctx: JobContext) -> None:
    """The room is gone, the worker stops, or the work is done: give the job back."""
    agent = _agents.pop(ctx.job.id, None)
    if agent is not None:
        await agent.finish()
