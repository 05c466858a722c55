"""What a client may ask for over the websocket: one function a command, found by the type of its frame.

A command parses nothing (rooms.live.protocol has), calls one service or selector, and returns the data of its reply. What it
raises as SpacesError is the reply's error.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.models import User
from rooms.live.protocol import Model
from spaces_project.lib.errors import NotAllowed

if TYPE_CHECKING:
    from rooms.live.consumer import Client

Run = Callable[["Client", Any], Awaitable[dict[str, Any]]]
RunType = TypeVar("RunType", bound=Run)


@dataclass(frozen=True)
class Command:
    """One command: its name, and whether one has to be signed in for it."""

    name: str
    signed_in: bool
    run: Run


class SignInFirst(NotAllowed):
    """The socket is anonymous, and the command is not for everybody."""

    code = "not_signed_in"
    status = 401
    message = _("Sign in first.")


_commands: dict[str, Command] = {}


def command(frame: type[Model], *, signed_in: bool = True) -> Callable[[RunType], RunType]:
    """Register the function that carries out `frame`; it is called with the client and the frame's data."""
    (name,) = get_args(frame.model_fields["type"].annotation)

    def register(run: RunType) -> RunType:
        _commands[name] = Command(name, signed_in, run)
        return run

    return register


def commands() -> dict[str, Command]:
    """All commands by name, with those of higher apps (`SOCKET_COMMANDS`)."""
    import_module("rooms.live.commands.space")
    import_module("rooms.live.commands.audio")
    import_module("rooms.live.commands.stage")
    import_module("rooms.live.commands.control")
    import_module("rooms.live.commands.messages")
    import_module("rooms.live.commands.posts")
    for module in settings.SOCKET_COMMANDS:
        import_module(module)
    return _commands


async def carry_out(client: "Client", frame: Any) -> dict[str, Any]:
    """Carry out a frame for a client and return the data of the reply. Raises SpacesError."""
    found = commands()[frame.type]
    if found.signed_in and not isinstance(client.user, User):
        raise SignInFirst()
    return await found.run(client, frame.data)
