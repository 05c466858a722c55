"""One client's connection as the hub sees it: what waits to be written, and how long a ping has gone unanswered."""

from collections import deque
from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from rooms.live.protocol import Close
from rooms.live.wire import Frame, Send, wire_for


class Socket:
    """Writes frames in order. Whoever delivers never waits: a client that reads slowly has a queue of its own, of at most
    `SOCKET_OUTBOX_BYTES`, and is closed with 4408 when that is full.

    `present` maps the Spaces in which this socket is where the person listens to the connection of their join;
    `superseded` are those of them in which a newer join counts now.
    """

    __slots__ = (
        "_abandon",
        "_limit",
        "_outbox",
        "_outbox_bytes",
        "_pinged",
        "_unanswered",
        "_wire",
        "close_code",
        "groups",
        "present",
        "slot",
        "superseded",
        "user_id",
    )

    def __init__(self, send: Send, *, user_id: int | None, abandon: Callable[[], None]) -> None:
        """`send` is the server's own, unwrapped; `abandon` ends the consumer when a close could not be delivered."""
        self.user_id = user_id
        self.close_code = 0
        self.groups: set[str] = set()
        self.present: dict[UUID, str] = {}
        self.superseded: set[UUID] = set()
        self.slot = 0
        self._abandon = abandon
        self._limit: int = settings.SOCKET_OUTBOX_BYTES
        self._outbox: deque[Frame] = deque()
        self._outbox_bytes = 0
        # The newest ping, and the oldest that has no answer: (n, loop time).
        self._pinged: tuple[int, float] | None = None
        self._unanswered: tuple[int, float] | None = None
        self._wire = wire_for(send, self._drain, self._gone)

    def deliver(self, frame: Frame) -> None:
        """Write the frame after those delivered before it, as soon as the client takes it."""
        if self._wire.ready and not self._outbox:
            if not self.close_code:
                self._wire.write(frame)
            return
        if self.close_code:
            return
        self._outbox.append(frame)
        self._outbox_bytes += frame.size
        if self._outbox_bytes > self._limit:
            self.close(Close.TOO_SLOW)

    def close(self, code: int) -> None:
        """Close the connection; the server then ends the consumer. The first code counts."""
        if self.close_code:
            return
        self.close_code = code
        self._outbox.clear()
        self._outbox_bytes = 0
        self._wire.close(code)

    def ping(self, n: int, frame: Frame, now: float, timeout: float) -> None:
        """Send ping `n`; close the socket instead if one has gone unanswered for `timeout` seconds (`now` is loop time)."""
        if self._unanswered and now - self._unanswered[1] >= timeout:
            self.close(Close.TOO_SLOW)
            return
        self._pinged = (n, now)
        self._unanswered = self._unanswered or self._pinged
        self.deliver(frame)

    def pong(self, n: int) -> None:
        """The client has answered ping `n`, and with it all before."""
        if (
            self._unanswered is None
            or self._pinged is None
            or not self._unanswered[0] <= n <= self._pinged[0]
        ):
            return
        self._unanswered = None if n == self._pinged[0] else self._pinged

    def _drain(self) -> None:
        while self._outbox and self._wire.ready and not self.close_code:
            frame = self._outbox.popleft()
            self._outbox_bytes -= frame.size
            self._wire.write(frame)

    def _gone(self) -> None:
        self._abandon()
