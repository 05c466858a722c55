"""One websocket: reads what the client says, answers it, and leaves everything that is sent by others to the hub."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import selectors
from rooms.live import commands
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from rooms.live.limits import TokenBucket
from rooms.live.protocol import PROTOCOL_VERSION, BadFrame, Close, Pong, parse_client_frame
from rooms.live.socket import Socket
from rooms.live.wire import Frame, Send
from spaces_project.lib import broadcast, limits
from spaces_project.lib.caller import called_by
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.trace import command_trace, new_trace, traced

logger = logging.getLogger(__name__)

# A client that has been told so often that it does not speak this protocol is not told again.
BAD_FRAMES_MAX = 10

Receive = Callable[[], Awaitable[Mapping[str, Any]]]


class Client:
    """A client on one socket, from its acceptance to its end.

    Commands are carried out one after the other, beside the reading: a slow one keeps no ping from being answered.
    """

    def __init__(self, send: Send, *, user: User | AnonymousUser, address: str | None = None) -> None:
        self.user = user
        self.address = address
        # What lines of the logs call this connection.
        self.name = new_trace()
        self.hub = hub_of_this_loop()
        self.socket = Socket(send, user_id=user.pk, abandon=self._abandon)
        self._bucket = TokenBucket(
            burst=settings.SOCKET_COMMANDS_BURST, per_second=settings.SOCKET_COMMANDS_PER_SECOND
        )
        self._bad_frames = 0
        self._commands: deque[Any] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._task: asyncio.Task[Any] | None = None

    @property
    def signed_in(self) -> User:
        """The user of a command that needs one."""
        assert isinstance(self.user, User)
        return self.user

    @property
    def watched(self) -> int:
        """How many Spaces the client is watching."""
        return sum(name.startswith(broadcast.space_group("")) for name in self.socket.groups)

    def is_watching(self, space_id: UUID) -> bool:
        """Whether the client gets the events of that Space."""
        return broadcast.space_group(space_id) in self.socket.groups

    def send(self, frame: Mapping[str, Any]) -> None:
        """Send a frame to this client alone."""
        self.socket.deliver(Frame(broadcast.encode(frame)))

    async def serve(self, receive: Receive) -> None:
        """Serve the client until it is gone."""
        with traced(self.name):
            await self._serve(receive)

    async def _serve(self, receive: Receive) -> None:
        self._task = asyncio.current_task()
        user_id = None if self.user.pk is None else str(self.user.pk)
        self.send({"type": "welcome", "data": {"user": user_id, "version": PROTOCOL_VERSION}})
        try:
            await self.hub.attach(self.socket)
            if isinstance(self.user, User):
                await self._bubbles()
                await self._counts()
            while (message := await receive())["type"] != "websocket.disconnect":
                if not self.socket.close_code:
                    self._take(message)
        except asyncio.CancelledError:
            # The server stops (daphne ends its applications by cancelling them).
            self.socket.close(Close.RESTART)
            raise
        except Exception:
            logger.exception("A socket failed")
            self.socket.close(Close.INTERNAL)
        finally:
            if self._worker is not None:
                self._worker.cancel()
            await self.hub.detach(self.socket)

    async def _bubbles(self) -> None:
        user = self.signed_in
        try:
            await self.hub.bubbles.snapshot(
                self.socket, lambda: in_database(selectors.bubbles_for)(user=user)
            )
        except Exception:
            logger.exception("Could not read the bubbles of %s", user.pk)

    async def _counts(self) -> None:
        try:
            await self.hub.notices.counts(self.socket)
        except Exception:
            logger.exception("Could not read the inbox of %s", self.user.pk)

    def _take(self, message: Mapping[str, Any]) -> None:
        """Put what the client has said in its place: an answer to a ping, or a command that waits its turn."""
        text = message.get("text")
        if text is None or _longer_than(text, settings.SOCKET_MAX_FRAME_BYTES):
            self.socket.close(Close.BAD_SIZE)
            return
        if not self._bucket.take():
            self.socket.close(Close.TOO_MANY)
            return
        try:
            frame = parse_client_frame(text)
        except BadFrame as error:
            self._refuse(error)
            return
        if isinstance(frame, Pong):
            self.socket.pong(frame.data.n)
            return
        if len(self._commands) >= settings.SOCKET_COMMANDS_BURST:
            self.socket.close(Close.TOO_MANY)
            return
        self._commands.append(frame)
        if self._worker is None:
            self._worker = asyncio.ensure_future(self._work())

    def _refuse(self, error: BadFrame) -> None:
        self._bad_frames += 1
        if self._bad_frames >= BAD_FRAMES_MAX:
            self.socket.close(Close.BAD_FRAMES)
            return
        self._reply_error(error.ref, error.code, error.message)

    async def _work(self) -> None:
        while self._commands and not self.socket.close_code:
            await self._carry_out(self._commands.popleft())
        self._worker = None

    async def _carry_out(self, frame: Any) -> None:
        with called_by("socket", self.address), traced(command_trace(self.name, frame.ref)):
            await self._answer(frame)

    async def _answer(self, frame: Any) -> None:
        try:
            await self._count()
            data = await commands.carry_out(self, frame)
        except SpacesError as error:
            self._reply_error(frame.ref, error.code, error.message, getattr(error, "retry_after", None))
        except Exception:
            logger.exception("Command %s failed", frame.type)
            self._reply_error(frame.ref, "internal", _("Something went wrong here. Please try again."))
        else:
            self.send({"type": "reply", "ref": frame.ref, "ok": True, "data": data})

    async def _count(self) -> None:
        """One command of this account and address, on whichever of their sockets. Raises TooMany."""
        user = self.user if isinstance(self.user, User) else None
        await in_database(limits.require)("socket.command", user=user, now=timezone.now())

    def _reply_error(self, ref: str | None, code: str, message: str, retry_after: int | None = None) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        if retry_after is not None:
            error["retry_after"] = retry_after
        self.send({"type": "reply", "ref": ref, "ok": False, "error": error})

    def _abandon(self) -> None:
        if self._task is not None:
            self._task.cancel()


def _longer_than(text: str, size: int) -> bool:
    # A character is at most four bytes: only what is in between has to be counted.
    return len(text) > size or (len(text) * 4 > size and len(text.encode()) > size)
