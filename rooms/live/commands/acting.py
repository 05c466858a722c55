"""How a command of the stage gets from its frame to its service."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.selectors import user_by_id
from rooms import selectors
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames.base import SpaceData
from rooms.live.frames.stage import OnData

# A service of one's own (`user=`) or of a host (`by=`); each takes `space` and `now`, too.
Service = Callable[..., Any]


async def as_oneself(client: Client, data: SpaceData, service: Service, **more: Any) -> Any:
    """Call a service with who asks as `user`. Raises what it raises, and SpaceNotFound."""
    return await in_database(_call)(client, data, service, user=client.signed_in, **more)


async def as_moderator(client: Client, data: SpaceData, service: Service, **more: Any) -> Any:
    """Call a service with who asks as `by`. Raises what it raises, and SpaceNotFound."""
    return await in_database(_call)(client, data, service, by=client.signed_in, **more)


async def on_somebody(client: Client, data: OnData, service: Service, **more: Any) -> Any:
    """As `as_moderator`, on the person that the frame names. Raises NotFound when there is nobody of this id."""
    return await in_database(_call_on)(client, data, service, by=client.signed_in, **more)


def _call(client: Client, data: SpaceData, service: Service, **more: Any) -> Any:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    return service(space=space, now=timezone.now(), **more)


def _call_on(client: Client, data: OnData, service: Service, **more: Any) -> Any:
    user: User = user_by_id(data.user)
    return _call(client, data, service, user=user, **more)
