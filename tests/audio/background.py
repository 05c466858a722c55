"""An event loop in a thread: lets synchronous tests hold LiveKit connections while they call services."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Runs coroutines for tests that are not coroutines themselves."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tests-background", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 30) -> T:
        """Run `work` to its end and return what it returns. Raises what it raises, or TimeoutError."""

        async def bounded() -> T:
            async with asyncio.timeout(timeout):
                return await work

        return asyncio.run_coroutine_threadsafe(bounded(), self._loop).result(timeout + 5)

    def start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin `work` and return its task; end it with `stop`."""

        async def begin() -> asyncio.Task[T]:
            return asyncio.create_task(work)

        return self.run(begin())

    def stop(self, task: "asyncio.Task[Any]") -> None:
        """Cancel the task and return when it is over."""

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.run(end())

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
