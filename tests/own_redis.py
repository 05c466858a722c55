"""A Redis that one test may stop."""

from stack import redis
from stack.processes import listens
from tests.plugins.service import Service
from tests.plugins.services import FOLDER


class OwnRedis:
    """A Redis for one test alone."""

    def __init__(self, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port
        self._service = Service("own-redis", FOLDER)

    def start(self) -> None:
        """Start it, empty."""
        command = redis.command(redis.ensure_redis(), self._port, FOLDER / "own-redis")
        self._service.start(command, lambda: listens(self._port))

    def stop(self) -> None:
        """End it."""
        self._service.stop()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing is answered."""
        self._service.freeze()

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._service.thaw()
