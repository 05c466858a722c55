"""How many wait for a scheduled Space goes out with the ticks: the newest number, never a frame a tap."""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from rooms.live.counts import read
from rooms.live.database import in_database
from rooms.models import Space
from rooms.services.reminders import reminder_set, reminder_unset
from tests.live.clients import SocketClient
from tests.live.conftest import Connect
from tests.rooms.announced import announced, on_air
from tests.social.crowds import crowd


async def watched(connect: Connect, host: User) -> tuple[SocketClient, Space]:
    """A guest who looks at the page of a scheduled Space."""
    space = await in_database(announced)(host, datetime.now(UTC) + timedelta(days=1))
    client = await connect(None)
    reply = await client.ask("space.watch", space=str(space.pk))
    assert reply["ok"], reply
    await client.next("space.snapshot")
    return client, space


async def count(client: SocketClient) -> int:
    return int((await client.next("space.waiting"))["data"]["count"])


async def test_a_flood_of_taps_is_a_few_frames_and_the_last_one_is_right(
    connect: Connect, host: User
) -> None:
    client, space = await watched(connect, host)
    assert await count(client) == 0
    now = datetime.now(UTC)
    people = await in_database(crowd)(60)

    def all_tap() -> None:
        for user in people:
            reminder_set(space=space, user=user, now=now)

    await in_database(all_tap)()
    counts = [await count(client)]
    while counts[-1] != len(people):
        counts.append(await count(client))
    # One a second at most: fewer by far than there were taps.
    assert len(counts) < len(people) / 4
    assert counts == sorted(set(counts))
    await in_database(reminder_unset)(space=space, user=people[0], now=now)
    assert await count(client) == len(people) - 1


async def test_a_space_on_air_has_nobody_waiting(
    connect: Connect, host: User, space: Space, no_audio: None
) -> None:
    client = await connect(None)
    await client.ask("space.watch", space=str(space.pk))
    await client.next("space.tick")
    assert not [frame for frame in await client.quiet() if frame["type"] == "space.waiting"]


def test_only_of_a_scheduled_space_somebody_is_told(host: User, db: None) -> None:
    now = datetime.now(UTC)
    space = announced(host, now + timedelta(days=1))
    Space.objects.filter(pk=space.pk).update(reminder_count=5)
    assert read([space.pk])[space.pk].waiting == 5
    on_air(space, now)
    assert read([space.pk])[space.pk].waiting is None
