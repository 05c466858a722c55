"""The process that waits for jobs, on livekit-agents: LiveKit offers, it takes, and starts a process for each."""

import asyncio
import contextlib
import logging
import math
import os
import signal
import socket
import sys

from django.conf import settings
from django.utils import timezone
from livekit.agents import AgentServer, JobRequest
from livekit.agents.worker import WorkerPermissions

from recordings import workers
from recordings.agents import process
from recordings.services.agents import agent_identity
from rooms.live.database import in_database

logger = logging.getLogger(__name__)

_SIGN_SECONDS = 1.0
_STOP_SECONDS = 5.0


def run() -> None:
    """Wait for jobs until SIGTERM or SIGINT. Jobs that run then are ended in order, and taken over by other workers."""
    if not settings.LIVEKIT_URL:
        logger.error("There is no audio server (LIVEKIT_URL), so there is nothing to listen to.")
        return
    # The weights of models that we do not use: a quarter of a gigabyte.
    os.environ.setdefault("LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE", "0")
    asyncio.run(_serve(_server()))


def _server() -> AgentServer:
    server = AgentServer(
        ws_url=settings.LIVEKIT_URL,
        api_key=settings.LIVEKIT_API_KEY,
        api_secret=settings.LIVEKIT_API_SECRET,
        # Heard by nobody, seen by nobody, on this machine alone.
        permissions=WorkerPermissions(
            can_publish=False, can_publish_data=False, can_update_metadata=False, hidden=True
        ),
        host="127.0.0.1",
        port=0,
        # A busy small machine still takes jobs (the default of 0.7 refuses them); AGENT_JOBS_MAX is the limit.
        load_threshold=math.inf,
        load_fnc=lambda: 0.0,
        num_idle_processes=settings.AGENT_IDLE_PROCESSES,
        preload_modules=["recordings.agents.preload"],
        setup_fnc=process.prepare,
        shutdown_process_timeout=_STOP_SECONDS,
        session_end_timeout=settings.AGENT_LAST_SECONDS,
        initialize_process_timeout=30,
        job_memory_warn_mb=0,
        # It waits for LiveKit for as long as it takes.
        max_retry=sys.maxsize,
        log_level="WARN",
    )

    async def take(request: JobRequest) -> None:
        if len(server.active_jobs) >= settings.AGENT_JOBS_MAX:
            await request.reject(terminate=False)
            return
        await request.accept(identity=agent_identity(process.order_of(request.job).job_id))

    server.rtc_session(
        process.entrypoint, agent_name=settings.AGENT_NAME, on_request=take, on_session_end=process.end
    )
    return server


async def _serve(server: AgentServer) -> None:
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, asked.set)
    signs = asyncio.create_task(_give_signs(server))
    serving = asyncio.create_task(server.run())
    waiting = asyncio.create_task(asked.wait())
    await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
    signs.cancel()
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await signs
    await server.aclose()
    await serving


async def _give_signs(server: AgentServer) -> None:
    """Say every second that jobs can be had here, while there is a connection to LiveKit."""
    name = f"{socket.gethostname()}.{os.getpid()}"
    registered = asyncio.Event()
    server.on("worker_registered", lambda *_: registered.set())
    await registered.wait()
    try:
        while True:
            # The library tells of each new connection, and of a lost one only here.
            if server._connecting:
                await in_database(workers.sign_off)(name)
            else:
                await in_database(workers.sign)(name, timezone.now())
            await asyncio.sleep(_SIGN_SECONDS)
    finally:
        workers.sign_off(name)
